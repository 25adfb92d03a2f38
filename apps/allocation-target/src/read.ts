import type { SymbolReading } from '@quantum/decisions';
import { hashValues, KeyReads, SlotDownError, type Redis, type Reply, valueOf } from '@quantum/redis-io';
import {
  EFFICIENCY_FIELDS,
  efficiencyKey,
  parseEfficiency,
  parseSmoothing,
  parseTarget,
  proposedKey,
  SMOOTHING_FIELDS,
  TARGET_FIELDS,
  targetKey,
  type EfficiencyReading,
  type SmoothingReading,
} from '@quantum/redis-schemas';

/**
 * Reads target and efficiency of these symbols, and where asked what smoothing goes on from. Each key is read by
 * itself, and no field further than a number may be long: `KeyReads`. One round trip, a second one only where a target
 * shows no fields.
 * @throws BatchError, or Redis's own error, when Redis gives no verdict on a target: it is away, loading, or does not
 * let us run the commands that read.
 */
export async function readSymbols(
  redis: Redis,
  symbols: readonly string[],
  withSmoothing: boolean,
): Promise<SymbolReading[]> {
  const reads = new KeyReads();
  const targets = reads.hashes(TARGET_FIELDS);
  const efficiencies = reads.hashes(EFFICIENCY_FIELDS);
  const smoothings = reads.hashes(SMOOTHING_FIELDS);
  for (const symbol of symbols) {
    targets.append(targetKey(symbol));
    efficiencies.append(efficiencyKey(symbol));
    if (withSmoothing) smoothings.append(proposedKey(symbol));
  }
  await reads.run(redis, []);
  const readings = symbols.map((symbol, i): SymbolReading => ({
    symbol,
    target: targetOf(targets.replies[i]),
    efficiency: efficiencyOf(efficiencies.replies[i]),
    smoothing: withSmoothing ? smoothingOf(smoothings.replies[i]) : undefined,
  }));
  await markGone(redis, readings);
  return readings;
}

export interface BatchOptions {
  batchSymbols: number;
  /** Batches that are read before it is their turn. */
  batchesAhead: number;
  withSmoothing: boolean;
}

/**
 * Reads symbols batch by batch, in their order, and some batches ahead of the one in flight, so that Redis and this
 * process work at once. @throws as `readSymbols` does, in a batch's turn.
 */
export async function* readBatches(
  redis: Redis,
  symbols: readonly string[],
  { batchSymbols, batchesAhead, withSmoothing }: BatchOptions,
): AsyncGenerator<SymbolReading[]> {
  const reads: Promise<SymbolReading[]>[] = [];
  let next = 0;
  const begin = (): void => {
    if (next >= symbols.length) return;
    const read = readSymbols(redis, symbols.slice(next, next + batchSymbols), withSmoothing);
    read.catch(() => undefined); // a cycle that ends before its turn has an error of its own
    reads.push(read);
    next += batchSymbols;
  };
  for (let i = 0; i < batchesAhead; i += 1) begin();
  for (let read = reads.shift(); read; read = reads.shift()) {
    begin();
    yield await read;
  }
}

/**
 * HMGET answers alike for an absent key and for a hash without the fields; EXISTS tells them apart. Both are asked in
 * one call, so that a target which is written meanwhile is read, and not taken for one without a value.
 */
async function markGone(redis: Redis, readings: readonly SymbolReading[]): Promise<void> {
  const unclear = readings.filter(({ target }) => target.state === 'missing');
  if (unclear.length === 0) return;
  const reads = new KeyReads();
  const exists = reads.group('exists');
  const targets = reads.hashes(TARGET_FIELDS);
  for (const { symbol } of unclear) {
    exists.append(targetKey(symbol));
    targets.append(targetKey(symbol));
  }
  await reads.run(redis, []);
  for (const [i, reading] of unclear.entries()) {
    const isGone = keyVerdict(exists.replies[i]) === 0;
    reading.target = isGone ? { state: 'gone' } : targetOf(targets.replies[i]);
  }
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

/** Fail-open, too: whatever keeps us from reading what smoothing left, it starts over. */
function smoothingOf(reply: Reply | undefined): SmoothingReading | undefined {
  const values = hashValues(reply);
  return values.readable ? parseSmoothing(values.value) : undefined;
}

/** How Redis refuses a command rather than a key: then every key would be unreadable, and every proposal withdrawn. */
const COMMAND_REFUSED = /^NOPERM .*permissions to run the/;

/**
 * The value of a reply; undefined where the key itself is the trouble, or of a Cluster the part that holds it: neither
 * keeps the other symbols from their proposals. What is no verdict on the key is thrown.
 */
function keyVerdict(reply: Reply | undefined): unknown {
  const isKeys = reply?.ok === false && (reply.kind === 'key' || reply.error instanceof SlotDownError);
  if (isKeys && !COMMAND_REFUSED.test(reply.error.message)) return undefined;
  return valueOf(reply);
}
