import { hashValues, runBatch, SlotDownError, type Command, type Redis, type Reply } from '@quantum/redis-io';
import {
  EFFICIENCY_FIELDS,
  efficiencyKey,
  parseEfficiency,
  parseTarget,
  TARGET_FIELDS,
  targetKey,
  type EfficiencyReading,
} from '@quantum/redis-schemas';
import type { SymbolReading } from './decide.js';

/**
 * Reads target and efficiency of these symbols in one round trip, a second one only where a target shows no fields.
 * @throws BatchError, or Redis's own error, when Redis gives no verdict on a target (it is away, loading, ...).
 */
export async function readSymbols(redis: Redis, symbols: readonly string[]): Promise<SymbolReading[]> {
  const replies = await runBatch(
    redis,
    symbols.flatMap((symbol): Command[] => [
      ['hmget', targetKey(symbol), ...TARGET_FIELDS],
      ['hmget', efficiencyKey(symbol), ...EFFICIENCY_FIELDS],
    ]),
  );
  const readings = symbols.map((symbol, i): SymbolReading => ({
    symbol,
    target: targetOf(replies[2 * i]),
    efficiency: efficiencyOf(replies[2 * i + 1]),
  }));
  await markGone(redis, readings);
  return readings;
}

/** HMGET answers alike for an absent key and for a hash without the fields; EXISTS tells them apart. */
async function markGone(redis: Redis, readings: readonly SymbolReading[]): Promise<void> {
  const unclear = readings.filter(({ target }) => target.state === 'missing');
  const replies = await runBatch(
    redis,
    unclear.map(({ symbol }): Command => ['exists', targetKey(symbol)]),
  );
  unclear.forEach((reading, i) => {
    if (keyVerdict(replies[i]) === 0) reading.target = { state: 'gone' };
  });
}

function targetOf(reply: Reply | undefined): SymbolReading['target'] {
  const value = keyVerdict(reply);
  return value === undefined ? { state: 'unreadable' } : parseTarget(value as (string | null)[]);
}

/** Fail-open: whatever keeps us from reading an efficiency key, the proposal is made without it. */
function efficiencyOf(reply: Reply | undefined): EfficiencyReading {
  const values = hashValues(reply);
  return values.readable ? parseEfficiency(values.value) : { state: 'unreadable' };
}

/**
 * The value of a reply; undefined where the key itself is the trouble, or of a Cluster the part that holds it: neither
 * keeps the other symbols from their proposals. What is no verdict on the key is thrown.
 */
function keyVerdict(reply: Reply | undefined): unknown {
  if (reply?.ok) return reply.value;
  if (reply?.kind === 'key' || reply?.error instanceof SlotDownError) return undefined;
  throw reply?.error ?? new Error('Redis left a command unanswered');
}
