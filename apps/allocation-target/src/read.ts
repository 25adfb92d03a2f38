import type { SymbolReading } from '@quantum/decisions';
import {
  hashValues,
  readScriptCommand,
  replyOf,
  runBatch,
  runScripts,
  SlotDownError,
  type Command,
  type Redis,
  type Reply,
  valueOf,
} from '@quantum/redis-io';
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
import { keysASymbol, READ, READ_WITH_SMOOTHING } from './read-script.js';

/**
 * Reads target and efficiency of these symbols, and where asked what smoothing goes on from: by one script, or by commands in a Cluster, where their keys are in many
 * slots, and where Redis does not let us run the script.
 * @throws BatchError, or Redis's own error, when Redis gives no verdict on a target (it is away, loading, ...).
 */
export async function readSymbols(
  redis: Redis,
  symbols: readonly string[],
  withSmoothing: boolean,
): Promise<SymbolReading[]> {
  const readings = redis.isCluster ? undefined : await readByScript(redis, symbols, withSmoothing);
  return readings ?? readByCommands(redis, symbols, withSmoothing);
}

/** How symbols are read in batches. */
export interface BatchOptions {
  batchSymbols: number;
  /** Batches that are read before it is their turn. */
  batchesAhead: number;
  withSmoothing: boolean;
}

/**
 * Reads symbols batch by batch, in their order, and some batches ahead of the one in hand, so that Redis and this process
 * work at once. @throws as `readSymbols` does, in a batch's turn.
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

/** What the script answers of a key. */
type Answer = (string | false)[] | { err: string } | false;

/** Undefined where the script as a whole is refused: one key that we may not read is enough for that. */
async function readByScript(
  redis: Redis,
  symbols: readonly string[],
  withSmoothing: boolean,
): Promise<SymbolReading[] | undefined> {
  const script = withSmoothing ? READ_WITH_SMOOTHING : READ;
  const step = keysASymbol(withSmoothing);
  const keys = keysOf(symbols, withSmoothing);
  const [reply] = await runScripts(redis, [script], [readScriptCommand(script, keys)]);
  if (reply?.ok === false && reply.kind === 'key') return undefined;
  const answers = JSON.parse(valueOf(reply) as string) as Answer[];
  return symbols.map((symbol, i) => {
    const target = answers[step * i] ?? false;
    return {
      symbol,
      target: target === false ? { state: 'gone' } : targetOf(replyTo(target)),
      efficiency: efficiencyOf(replyTo(answers[step * i + 1] ?? false)),
      smoothing: withSmoothing ? smoothingOf(replyTo(answers[step * i + 2] ?? false)) : undefined,
    };
  });
}

function keysOf(symbols: readonly string[], withSmoothing: boolean): string[] {
  const keys: string[] = [];
  for (const symbol of symbols) {
    keys.push(targetKey(symbol), efficiencyKey(symbol));
    if (withSmoothing) keys.push(proposedKey(symbol));
  }
  return keys;
}

const replyTo = (answer: Answer): Reply =>
  Array.isArray(answer)
    ? { ok: true, value: answer.map((value) => (value === false ? null : value)) }
    : replyOf([new Error(answer === false ? 'no answer' : answer.err)]);

/** In one round trip, a second one only where a target shows no fields. */
async function readByCommands(
  redis: Redis,
  symbols: readonly string[],
  withSmoothing: boolean,
): Promise<SymbolReading[]> {
  const step = keysASymbol(withSmoothing);
  const replies = await runBatch(
    redis,
    symbols.flatMap((symbol): Command[] => [
      ['hmget', targetKey(symbol), ...TARGET_FIELDS],
      ['hmget', efficiencyKey(symbol), ...EFFICIENCY_FIELDS],
      ...(withSmoothing ? [['hmget', proposedKey(symbol), ...SMOOTHING_FIELDS] as const] : []),
    ]),
  );
  const readings = symbols.map((symbol, i): SymbolReading => ({
    symbol,
    target: targetOf(replies[step * i]),
    efficiency: efficiencyOf(replies[step * i + 1]),
    smoothing: withSmoothing ? smoothingOf(replies[step * i + 2]) : undefined,
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

/** Fail-open, too: whatever keeps us from reading what smoothing left, it starts over. */
function smoothingOf(reply: Reply | undefined): SmoothingReading | undefined {
  const values = hashValues(reply);
  return values.readable ? parseSmoothing(values.value) : undefined;
}

/**
 * The value of a reply; undefined where the key itself is the trouble, or of a Cluster the part that holds it: neither
 * keeps the other symbols from their proposals. What is no verdict on the key is thrown.
 */
function keyVerdict(reply: Reply | undefined): unknown {
  if (reply?.ok === false && (reply.kind === 'key' || reply.error instanceof SlotDownError)) return undefined;
  return valueOf(reply);
}
