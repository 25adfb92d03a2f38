import type { Boundary, ScoreRules } from '@quantum/efficiency-score';
import { SCORE_INPUTS, type PositionReading, type ScoreInput, type Timed } from '@quantum/redis-schemas';

/** The keys of a symbol as read in a cycle. A key that cannot be read counts as one without values. */
export interface ScoreReading {
  symbol: string;
  position: PositionReading;
  ticker: Timed;
  reserved: Timed;
  attribution: Timed;
}

/** What is known of a symbol at a time. */
export interface KnownInputs {
  end: Boundary;
  /** R, USD. */
  reservedUsd: number | undefined;
  performance: number | undefined;
  /** Time of the oldest input of the measure, unix seconds. */
  oldestInputSec: number;
  missing: readonly ScoreInput[];
  stale: readonly ScoreInput[];
}

/** A price may be this old even if periods are shorter, seconds: the ticker's own time to live. */
const MIN_PRICE_AGE_SEC = 10;

/** Whether P3.3 has written this position lately: it is alive, so a symbol without a key is flat. */
export const isFreshPosition = (position: PositionReading, nowSec: number, { parameters }: ScoreRules): boolean =>
  position.state === 'read' && isFresh(position.tsSec, nowSec, parameters.staleSec, parameters.maxFutureSec);

const isFresh = (atSec: number | undefined, nowSec: number, maxAgeSec: number, maxFutureSec: number): boolean =>
  atSec !== undefined && nowSec - atSec <= maxAgeSec && atSec - nowSec <= maxFutureSec;

type Found = { value: number; atSec: number | undefined } | 'missing' | 'stale';

/**
 * Judges what was read of a symbol. Nothing is guessed: a value that is stale, or whose time is ahead by more than
 * P31_MAX_FUTURE_SEC, is unknown.
 * @param isPositionBrainAlive whether any position of the cycle is fresh
 */
export function knownInputs(
  reading: ScoreReading,
  nowSec: number,
  isPositionBrainAlive: boolean,
  rules: ScoreRules,
): KnownInputs {
  const { periodSec, staleSec, maxFutureSec } = rules.parameters;
  const { position: read, ticker, reserved, attribution } = reading;
  const within = ({ value, atSec }: Timed, maxAgeSec: number): Found => {
    if (value === undefined) return 'missing';
    return isFresh(atSec, nowSec, maxAgeSec, maxFutureSec) ? { value, atSec } : 'stale';
  };
  const priceAgeSec = Math.max(periodSec, MIN_PRICE_AGE_SEC);
  const position =
    read.state === 'read'
      ? within({ value: read.amount, atSec: read.tsSec }, staleSec)
      : read.state === 'absent' && isPositionBrainAlive
        ? { value: 0, atSec: nowSec }
        : 'missing';
  const mark = read.state === 'read' ? within({ value: read.markPriceUsd, atSec: read.tsSec }, priceAgeSec) : 'missing';
  const price = firstOf(within(ticker, priceAgeSec), mark);
  // P2.9's key expires by itself, so a target without a time is as fresh as the key.
  const target = within(reserved.atSec === undefined ? { ...reserved, atSec: nowSec } : reserved, staleSec);
  const performance = within(attribution, staleSec);

  // A flat position needs no price.
  const isFlat = typeof position === 'object' && position.value === 0;
  const judged: Record<ScoreInput, Found> = { POSITION: position, PRICE: price, P29: target, P30: performance };
  const flagged = (as: 'missing' | 'stale') =>
    SCORE_INPUTS.filter((input) => judged[input] === as && !(input === 'PRICE' && isFlat));
  const times = [position, isFlat ? 'missing' : price, target].map((found) => valueOf(found)?.atSec ?? nowSec);
  return {
    end: { positionQty: valueOf(position)?.value, priceUsd: valueOf(price)?.value },
    reservedUsd: valueOf(target)?.value,
    performance: valueOf(performance)?.value,
    oldestInputSec: Math.min(...times),
    missing: flagged('missing'),
    stale: flagged('stale'),
  };
}

const valueOf = (found: Found | undefined): Exclude<Found, string> | undefined =>
  typeof found === 'object' ? found : undefined;

/** The first that is known, else the better reason. */
const firstOf = (first: Found, second: Found): Found =>
  valueOf(first) ?? valueOf(second) ?? (first === 'stale' ? first : second);
