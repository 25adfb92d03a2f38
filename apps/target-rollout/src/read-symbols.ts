import { hashValues, type KeyReads, type ReadGroup, type Reply } from '@quantum/redis-io';
import {
  allocationBaseUsd,
  BASED_ALLOCATION_FIELDS,
  EFFICIENCY_FIELDS,
  efficiencyKey,
  MULTIPLIER_FIELDS,
  parseAllocation,
  parseEfficiency,
  parseMultiplier,
  parseNumber,
  parsePositionReading,
  parseTicker,
  POSITION_FIELDS,
  positionKey,
  proposedKey,
  rolloutMultiplierKey,
  targetKey,
  TICKER_FIELDS,
  tickerKey,
  type MultiplierReading,
} from '@quantum/redis-schemas';

const PROPOSAL_FIELDS = ['ts_epoch', 'multiplier', 'reason', 'policy'] as const;
const PUBLISHED_FIELDS = [...MULTIPLIER_FIELDS, 'fence', 'ts_epoch', 'proposed_multiplier', 'blend', 'policy'] as const;

type Values = readonly (string | null)[];

/** A multiplier as Redis has it. */
export interface PublishedRead {
  reading: MultiplierReading | undefined;
  /** Its texts; empty where absent. */
  multiplier: string;
  fence: string;
  ts: string;
  proposed: number | undefined;
  /** The blend that it was computed from, 0..1; 0 where none is known. */
  blend: number;
  policy: string;
}

/** What was read of a symbol. What is unknown is undefined. */
export interface SymbolRead {
  /** USD, >= 0, as the governor takes it: a negative target counts as 0. And when P2.9 wrote it, unix seconds. */
  baseUsd: number | undefined;
  baseSec: number | undefined;
  /** Of its proposal: multiplier as read, time, reason, policy. */
  proposed: number | undefined;
  proposedSec: number | undefined;
  reason: string;
  policy: string;
  scoreSec: number | undefined;
  /** Signed, USD. */
  positionUsd: number | undefined;
  /** The most recent mark, USD, > 0, and its time, unix seconds. */
  priceUsd: number | undefined;
  priceSec: number | undefined;
  /** Why the multiplier's key could not be read. */
  published: PublishedRead | 'wrong_type' | 'unreadable';
}

/** Asks for the base target of a symbol; the function that it returns gives it once the reads have run. */
export function askBase(reads: KeyReads, symbol: string): () => Pick<SymbolRead, 'baseUsd' | 'baseSec'> {
  const target = ask(reads.hashes(BASED_ALLOCATION_FIELDS), targetKey(symbol));
  return () => {
    const values = valuesOf(target());
    const allocation = parseAllocation(values);
    const baseUsd = allocationBaseUsd(allocation, values);
    return { baseUsd, baseSec: baseUsd === undefined ? undefined : allocation.tsSec };
  };
}

/** Asks for all keys of a symbol that a plan names. */
export function askSymbol(reads: KeyReads, symbol: string): () => SymbolRead {
  const base = askBase(reads, symbol);
  const proposal = ask(reads.hashes(PROPOSAL_FIELDS), proposedKey(symbol));
  const score = ask(reads.hashes(EFFICIENCY_FIELDS), efficiencyKey(symbol));
  const position = ask(reads.hashes(POSITION_FIELDS), positionKey(symbol));
  const ticker = ask(reads.hashes(TICKER_FIELDS), tickerKey(symbol));
  const published = ask(reads.hashes(PUBLISHED_FIELDS), rolloutMultiplierKey(symbol));
  return () => {
    const [ts = null, multiplier = null, reason = null, policy = null] = valuesOf(proposal());
    const efficiency = parseEfficiency(valuesOf(score()));
    const proposed = parseNumber(multiplier);
    const { baseUsd, baseSec } = base();
    const { positionUsd, priceUsd, priceSec } = marketOf(position(), ticker());
    // Named, not spread: when a spread object gains a field, V8 makes a hidden class for it alone, in old memory.
    return {
      baseUsd,
      baseSec,
      proposed,
      proposedSec: proposed === undefined ? undefined : parseNumber(ts),
      reason: reason ?? '',
      policy: policy ?? '',
      scoreSec: efficiency.state === 'read' ? efficiency.tsSec : undefined,
      positionUsd,
      priceUsd,
      priceSec,
      published: publishedOf(published()),
    };
  };
}

/** Asks for the multiplier of a symbol that no plan names. */
export function askPublished(reads: KeyReads, symbol: string): () => SymbolRead['published'] {
  const published = ask(reads.hashes(PUBLISHED_FIELDS), rolloutMultiplierKey(symbol));
  return () => publishedOf(published());
}

function ask(group: ReadGroup, key: string): () => Reply | undefined {
  const place = group.add(key);
  return () => group.replies[place];
}

function valuesOf(reply: Reply | undefined): Values {
  const values = hashValues(reply);
  return values.readable ? values.value : [];
}

/** The mark is the more recent one of the ticker's and the position's. */
function marketOf(
  position: Reply | undefined,
  ticker: Reply | undefined,
): Pick<SymbolRead, 'positionUsd' | 'priceUsd' | 'priceSec'> {
  const tick = parseTicker(valuesOf(ticker));
  const values = hashValues(position);
  const held = values.readable ? parsePositionReading(values.value) : undefined;
  const mark = held?.state === 'read' ? { value: held.markPriceUsd, atSec: held.tsSec } : undefined;
  const isMarkNewer = (mark?.atSec ?? -Infinity) > (tick.atSec ?? -Infinity) && mark?.value !== undefined;
  const price = isMarkNewer || tick.value === undefined ? mark : tick;
  const amount = held?.state === 'absent' ? 0 : held?.state === 'read' ? held.amount : undefined;
  const usd = amount === 0 ? 0 : (amount ?? NaN) * (price?.value ?? NaN);
  return {
    positionUsd: Number.isFinite(usd) ? usd : undefined,
    priceUsd: price?.value,
    // The time of a position says nothing of a price that it does not have.
    priceSec: price?.value === undefined ? undefined : price.atSec,
  };
}

function publishedOf(reply: Reply | undefined): SymbolRead['published'] {
  if (!reply?.ok)
    return reply?.kind === 'key' && !reply.error.message.startsWith('NOPERM') ? 'wrong_type' : 'unreadable';
  const values = reply.value as Values;
  const [fence = null, ts = null, proposed = null, blend = null, policy = null] = values.slice(
    MULTIPLIER_FIELDS.length,
  );
  return {
    reading: parseMultiplier(values.slice(0, MULTIPLIER_FIELDS.length)),
    multiplier: values[0] ?? '',
    fence: fence ?? '',
    ts: ts ?? '',
    proposed: parseNumber(proposed),
    blend: Math.min(1, Math.max(0, parseNumber(blend) ?? 0)),
    policy: policy ?? '',
  };
}
