/** A symbol of the cohort over a closed period. What is unknown is undefined. */
export interface SymbolPeriod {
  /** Base target at the start of the period, USD, > 0. */
  baseUsd: number;
  /**
   * The proposal's multiplier at the start, >= 0: without the blend, so that evidence accrues before anything is
   * enforced.
   */
  multiplier: number;
  /** The multiplier at the start of the period before, on the same base; undefined at the first. */
  multiplierBefore: number | undefined;
  /** Sign of the position at the start; 1 if flat. */
  side: 1 | -1;
  /** Marks at start and end, USD, > 0. Undefined if no fresh one is known. */
  startPriceUsd: number | undefined;
  endPriceUsd: number | undefined;
}

/** What a period tells about the proposals. */
export interface PeriodAdvantage {
  /**
   * D: gain of the proposed book above that of the base book, basis points of the base. Undefined: the period is
   * missing.
   */
  advantageBps: number | undefined;
  /** Share of the base, 0..1, that had no price. */
  missingShare: number;
  /** Symbols that counted. */
  symbols: number;
}

const BPS = 1e4;
/** A period counts if at most this share of its base had no price. */
const MAX_MISSING_SHARE = 0.2;

const isPositive = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value > 0;

/**
 * D of a closed period: both books at the same prices, minus the cost of the extra turnover. A symbol without a price
 * is missing; where more than a fifth of the base is, the period is. Missing is never 0. `costBps`: cost of a traded
 * USD, basis points.
 */
export function periodAdvantage(symbols: readonly SymbolPeriod[], costBps: number): PeriodAdvantage {
  let [totalUsd, countedUsd, gainUsd, turnoverUsd, counted] = [0, 0, 0, 0, 0];
  for (const { baseUsd, multiplier, multiplierBefore = multiplier, side, startPriceUsd, endPriceUsd } of symbols) {
    if (!isPositive(baseUsd)) continue;
    totalUsd += baseUsd;
    if (!isPositive(startPriceUsd) || !isPositive(endPriceUsd) || !Number.isFinite(multiplier - multiplierBefore))
      continue;
    counted += 1;
    countedUsd += baseUsd;
    gainUsd += baseUsd * side * (multiplier - 1) * (endPriceUsd / startPriceUsd - 1);
    turnoverUsd += baseUsd * Math.abs(multiplier - multiplierBefore);
  }
  const missingShare = isPositive(totalUsd) ? 1 - countedUsd / totalUsd : 1;
  const advantageBps = (BPS * gainUsd - costBps * turnoverUsd) / countedUsd;
  const isKnown = missingShare <= MAX_MISSING_SHARE && Number.isFinite(advantageBps);
  return { advantageBps: isKnown ? advantageBps : undefined, missingShare, symbols: counted };
}

const HOUR_SEC = 3600;
/** Share of an hour's periods that must be present: 10 of 12. */
const MIN_PRESENT_SHARE = 10 / 12;

/**
 * The advantage of a UTC hour in basis points: the mean of its periods that are present, times the periods of an hour,
 * so that an hour with a gap compares with `delta` per hour. Undefined if fewer than ten of twelve are present.
 * `periodSec` divides 3600.
 */
export function hourAdvantage(advantagesBps: readonly (number | undefined)[], periodSec: number): number | undefined {
  const periods = HOUR_SEC / periodSec;
  const present = advantagesBps.filter((value): value is number => value !== undefined && Number.isFinite(value));
  if (present.length < MIN_PRESENT_SHARE * periods) return undefined;
  return (present.reduce((sum, value) => sum + value, 0) / present.length) * periods;
}
