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
      /** Change of the position that no fill explains, units; undefined where a position is unknown. */
      readonly unexplainedQty: number | undefined;
    }
  | { readonly missing: MissingReason };
