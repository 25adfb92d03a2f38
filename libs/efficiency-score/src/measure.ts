import type { ScoreRules } from './rules.js';

/** Why a period has no return. Counted, never taken as 0. */
export const MISSING_REASONS = [
  /** The period before was not seen, so that position and price at the start are unknown. */
  'no_start',
  /** The signed position at the start is unknown, and no gain was reported in its place. */
  'position',
  /** The price at the start is unknown, and there is a position. */
  'price_before',
  /** The price at the end is unknown, and there is a position or a fill. */
  'price',
  /** The reserved capital is absent, not finite, not positive, or above a quadrillion USD. */
  'reserved',
  /** A fill, a fee or a funding payment is not a finite number, or a price is not positive. */
  'fills',
  /** The return on reserved capital is beyond a million: garbage in price, quantity or target. */
  'out_of_range',
] as const;
export type MissingReason = (typeof MISSING_REASONS)[number];

/** What became of a period: measured, or why it is missing. */
export const PERIOD_RESULTS = ['measured', ...MISSING_REASONS] as const;
export type PeriodResult = (typeof PERIOD_RESULTS)[number];

/** A fill within the period. */
export interface Fill {
  /** Bought > 0, sold < 0, units of the asset. */
  signedQty: number;
  /** USD for a unit, > 0. */
  priceUsd: number;
}

/** Position and price at a boundary of periods; undefined: unknown. */
export interface Boundary {
  /** Signed position, units of the asset; 0: known to be flat. */
  positionQty: number | undefined;
  /** USD for a unit, > 0. */
  priceUsd: number | undefined;
}

/** What happened within a period, and how it ended. */
export interface PeriodFlow {
  end: Boundary;
  /** R: the base target, USD. */
  reservedUsd: number | undefined;
  fills: readonly Fill[];
  /** Fees paid, USD; a rebate is negative. */
  feesUsd: number;
  /** Funding paid, USD; received is negative; 0 where unknown. */
  fundingUsd: number;
  /** Net gain that a stream reports, USD. Counts only where the position at the start is unknown. */
  reportedGainUsd: number | undefined;
}

/** The measure of a closed period. */
export type Measure =
  | {
      readonly missing?: never;
      /** x: return on reserved capital above the hurdle. */
      readonly excessReturn: number;
      readonly gainUsd: number;
    }
  | { readonly missing: MissingReason };

/**
 * Greatest amount of reserved capital, USD, and greatest return on it. What is beyond is garbage, and would overflow.
 */
export const MAX_RESERVED_USD = 1e15;
export const MAX_RETURN = 1e6;

const isPrice = (value: number | undefined): value is number => Number.isFinite(value) && (value as number) > 0;
const isNumber = (value: number | undefined): value is number => Number.isFinite(value);

/** Whether an amount can be reserved capital. */
export const isReserved = (value: number | undefined): value is number => isPrice(value) && value <= MAX_RESERVED_USD;

/**
 * Measures a closed period:
 *
 *     gain = position * (price - price before) + sum of signed qty * (price - fill price) - fees - funding      USD
 *     x    = gain / reserved capital - hurdle
 *
 * `start` is undefined where the period before was not closed. Total: what is unknown or garbage gives the first reason
 * that holds.
 */
export function measureOf(start: Boundary | undefined, flow: PeriodFlow, rules: ScoreRules): Measure {
  if (start === undefined) return { missing: 'no_start' };
  const { reservedUsd } = flow;
  if (!isReserved(reservedUsd)) return { missing: 'reserved' };
  const gain = gainOf(start, flow);
  if (typeof gain === 'string') return { missing: gain };
  const excessReturn = gain / reservedUsd - rules.hurdlePerPeriod;
  if (!(Math.abs(excessReturn) <= MAX_RETURN)) return { missing: 'out_of_range' };
  return { excessReturn: excessReturn + 0, gainUsd: gain + 0 };
}

/** The gain of a period, USD, or why it is unknown. */
function gainOf(start: Boundary, flow: PeriodFlow): number | MissingReason {
  const { fills, feesUsd, fundingUsd, end } = flow;
  if (!isNumber(start.positionQty)) return isNumber(flow.reportedGainUsd) ? flow.reportedGainUsd : 'position';
  const isFlat = start.positionQty === 0;
  if (!isFlat && !isPrice(start.priceUsd)) return 'price_before';
  if (!(isFlat && fills.length === 0) && !isPrice(end.priceUsd)) return 'price';
  const isReadable = ({ signedQty, priceUsd }: Fill): boolean => isNumber(signedQty) && isPrice(priceUsd);
  if (!fills.every(isReadable) || !isNumber(feesUsd) || !isNumber(fundingUsd)) return 'fills';
  const price = end.priceUsd ?? 0;
  const held = isFlat ? 0 : start.positionQty * (price - (start.priceUsd ?? 0));
  const traded = fills.reduce((sum, { signedQty, priceUsd }) => sum + signedQty * (price - priceUsd), 0);
  return held + traded - feesUsd - fundingUsd;
}
