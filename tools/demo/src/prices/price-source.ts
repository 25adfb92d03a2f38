/** Closing prices of one minute. */
export interface PriceRow {
  /** Unix seconds, start of the minute. */
  tsEpochSec: number;
  /** USD, > 0, in the order of the source's symbols. */
  pricesUsd: readonly number[];
}

/** An endless supply of one-minute prices. */
export interface PriceSource {
  symbols: readonly string[];
  /** Description of these prices for the screen. */
  description: string;
  next(): PriceRow;
}
