import type { ScoreReading } from '@quantum/decisions';
import { STATE_FIELDS, type SymbolState } from '@quantum/efficiency-score';
import { hashValues, KeyReads, SlotDownError, valueOf, type Redis, type Reply } from '@quantum/redis-io';
import {
  ATTRIBUTION_FIELDS,
  attributionKey,
  brainStateKey,
  parseAttribution,
  parsePositionReading,
  parseReserved,
  parseTicker,
  POSITION_FIELDS,
  positionKey,
  TARGET_FIELDS,
  targetKey,
  TICKER_FIELDS,
  tickerKey,
  type PositionReading,
} from '@quantum/redis-schemas';

/** Positions that are read in one round trip. */
const POSITIONS = 350;

type Values = readonly (string | null)[];

/** Fields of a symbol's state as Redis has them; `unreadable` for a key of another type. */
export type StateRead = Readonly<Record<string, string | null>> | 'unreadable';

/** What was read of a symbol. */
export interface SymbolRead {
  reading: ScoreReading;
  /** Its state: what was known when its keys were read, or else what Redis has. */
  state: { known: SymbolState } | { read: StateRead };
}

export interface BatchOptions {
  batchSymbols: number;
  /** Batches that are read before it is their turn. */
  batchesAhead: number;
  /** What is known of a symbol's state, so that it is not read. */
  known: (symbol: string) => SymbolState | undefined;
  /** Called for each symbol whose state the part of a Cluster holds that is down. It is left out. */
  onStateDown: (symbol: string, error: SlotDownError) => void;
}

type StateOptions = Pick<BatchOptions, 'known' | 'onStateDown'>;

/**
 * Reads the keys of symbols batch by batch, in their order, and some batches ahead of the one in flight, so that Redis
 * and this process work at once. There is at least one batch, if an empty one. A key that cannot be read counts as one
 * without values: a score is made without it.
 * @throws BatchError, or Redis's own error, when Redis does not answer, or does not tell a state.
 */
export async function* readBatches(
  redis: Redis,
  symbols: readonly string[],
  { batchSymbols, batchesAhead, ...states }: BatchOptions,
): AsyncGenerator<SymbolRead[]> {
  const reads: Promise<SymbolRead[]>[] = [];
  let next = 0;
  do {
    while (reads.length <= batchesAhead && next < symbols.length) {
      const read = readBatch(redis, symbols.slice(next, next + batchSymbols), states);
      read.catch(() => undefined); // a cycle that ends before its turn has an error of its own
      reads.push(read);
      next += batchSymbols;
    }
    yield (await reads.shift()) ?? [];
  } while (reads.length > 0);
}

async function readBatch(
  redis: Redis,
  symbols: readonly string[],
  { known, onStateDown }: StateOptions,
): Promise<SymbolRead[]> {
  const reads = new KeyReads();
  const positions = reads.hashes(POSITION_FIELDS);
  const tickers = reads.hashes(TICKER_FIELDS);
  const targets = reads.hashes(TARGET_FIELDS);
  const attributions = reads.hashes(ATTRIBUTION_FIELDS);
  const states = reads.hashes(STATE_FIELDS);
  const places = symbols.map((symbol) => ({
    symbol,
    known: known(symbol),
    position: positions.add(positionKey(symbol)),
    ticker: tickers.add(tickerKey(symbol)),
    target: targets.add(targetKey(symbol)),
    attribution: attributions.add(attributionKey(symbol)),
  }));
  const stateAt = places.map(({ symbol, known: state }) => (state ? -1 : states.add(brainStateKey(symbol))));
  await reads.run(redis, []);
  return places.flatMap(({ symbol, known: state, position, ticker, target, attribution }, i): SymbolRead[] => {
    const reply = states.replies[stateAt[i] ?? -1];
    if (reply?.ok === false && reply.error instanceof SlotDownError) {
      onStateDown(symbol, reply.error);
      return [];
    }
    const reading = {
      symbol,
      position: positionOf(positions.replies[position]),
      ticker: parseTicker(valuesOf(tickers.replies[ticker])),
      reserved: parseReserved(valuesOf(targets.replies[target])),
      attribution: parseAttribution(valuesOf(attributions.replies[attribution])),
    };
    return [{ reading, state: state ? { known: state } : { read: stateOf(reply) } }];
  });
}

/** Whether any of these symbols has a position that `isWanted`. @throws as `readBatches` does */
export async function hasPosition(
  redis: Redis,
  symbols: readonly string[],
  isWanted: (position: PositionReading) => boolean,
): Promise<boolean> {
  for (let from = 0; from < symbols.length; from += POSITIONS) {
    const reads = new KeyReads();
    const positions = reads.hashes(POSITION_FIELDS);
    for (const symbol of symbols.slice(from, from + POSITIONS)) positions.add(positionKey(symbol));
    await reads.run(redis, []);
    if (positions.replies.some((reply) => isWanted(positionOf(reply)))) return true;
  }
  return false;
}

function valuesOf(reply: Reply | undefined): Values {
  const values = hashValues(reply);
  return values.readable ? values.value : [];
}

function positionOf(reply: Reply | undefined): PositionReading {
  const values = hashValues(reply);
  return values.readable ? parsePositionReading(values.value) : { state: 'unreadable' };
}

/** A state that Redis does not tell must not start anew: only a key of another type does. */
function stateOf(reply: Reply | undefined): StateRead {
  if (reply?.ok === false && reply.kind === 'key' && !reply.error.message.startsWith('NOPERM')) return 'unreadable';
  const values = valueOf(reply) as Values;
  return Object.fromEntries(STATE_FIELDS.map((name, i) => [name, values[i] ?? null]));
}
