import type { ScoreReading } from '@quantum/decisions';
import { STATE_FIELDS } from '@quantum/efficiency-score';
import { hashValues, KeyReads, valueOf, type Redis, type Reply } from '@quantum/redis-io';
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

/** Symbols that are read in one round trip. */
const BATCH_SYMBOLS = 250;
/** Batches that are in flight at once. */
const BATCHES_AHEAD = 2;

type Values = readonly (string | null)[];

/** What was read of a symbol. */
export interface SymbolRead {
  reading: ScoreReading;
  /** Fields of its state, if they were asked for; `unreadable` for a key of another type. */
  state: Readonly<Record<string, string | null>> | 'unreadable' | undefined;
}

/**
 * Reads the keys of these symbols, in their order. A key that cannot be read counts as one without values: a score is made
 * without it.
 * @param needsState whether the state of a symbol is to be read
 * @throws BatchError, or Redis's own error, when Redis does not answer, or does not tell a state.
 */
export async function readSymbols(
  redis: Redis,
  symbols: readonly string[],
  needsState: (symbol: string) => boolean,
): Promise<SymbolRead[]> {
  const batches: Promise<SymbolRead[]>[] = [];
  const reads: SymbolRead[] = [];
  for (let from = 0; from < symbols.length; from += BATCH_SYMBOLS) {
    if (batches.length >= BATCHES_AHEAD) reads.push(...(await (batches.shift() as Promise<SymbolRead[]>)));
    const batch = readBatch(redis, symbols.slice(from, from + BATCH_SYMBOLS), needsState);
    batch.catch(() => undefined); // awaited in its turn
    batches.push(batch);
  }
  for (const batch of batches) reads.push(...(await batch));
  return reads;
}

async function readBatch(
  redis: Redis,
  symbols: readonly string[],
  needsState: (symbol: string) => boolean,
): Promise<SymbolRead[]> {
  const reads = new KeyReads();
  const positions = reads.hashes(POSITION_FIELDS);
  const tickers = reads.hashes(TICKER_FIELDS);
  const targets = reads.hashes(TARGET_FIELDS);
  const attributions = reads.hashes(ATTRIBUTION_FIELDS);
  const states = reads.hashes(STATE_FIELDS);
  const places = symbols.map((symbol) => ({
    symbol,
    position: positions.add(positionKey(symbol)),
    ticker: tickers.add(tickerKey(symbol)),
    target: targets.add(targetKey(symbol)),
    attribution: attributions.add(attributionKey(symbol)),
    state: needsState(symbol) ? states.add(brainStateKey(symbol)) : undefined,
  }));
  await reads.run(redis, []);
  return places.map(({ symbol, position, ticker, target, attribution, state }): SymbolRead => ({
    reading: {
      symbol,
      position: positionOf(positions.replies[position]),
      ticker: parseTicker(valuesOf(tickers.replies[ticker])),
      reserved: parseReserved(valuesOf(targets.replies[target])),
      attribution: parseAttribution(valuesOf(attributions.replies[attribution])),
    },
    state: state === undefined ? undefined : stateOf(states.replies[state]),
  }));
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
function stateOf(reply: Reply | undefined): SymbolRead['state'] {
  if (reply?.ok === false && reply.kind === 'key' && !reply.error.message.startsWith('NOPERM')) return 'unreadable';
  const values = valueOf(reply) as Values;
  return Object.fromEntries(STATE_FIELDS.map((name, i) => [name, values[i] ?? null]));
}
