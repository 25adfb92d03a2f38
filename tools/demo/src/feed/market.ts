import type { PriceRow } from '../prices/price-source.js';

/** Window of volatility, minutes. */
export const WINDOW_MINUTES = 30;

/** The feed's price history of a symbol. */
export interface Market {
  priceUsd: number;
  /** Log returns of the last minutes, oldest first, `WINDOW_MINUTES` at most. */
  returns: readonly number[];
}

export const newMarket = (priceUsd: number): Market => ({ priceUsd, returns: [] });

/** A market one minute later. Where a file starts again time runs back: that step is no return. */
export function advanceMarket(market: Market, priceUsd: number, restarted: boolean): Market {
  if (restarted) return { ...market, priceUsd };
  const returns = [...market.returns, Math.log(priceUsd / market.priceUsd)].slice(-WINDOW_MINUTES);
  return { priceUsd, returns };
}

/** All markets one row later. */
export const advanceMarkets = (markets: readonly Market[], row: PriceRow, restarted: boolean): Market[] =>
  markets.map((market, index) => advanceMarket(market, row.pricesUsd[index] ?? market.priceUsd, restarted));

/** Standard deviation of a minute's log return over the window; 0 for an empty one. */
export function volatilityOf({ returns }: Market): number {
  if (returns.length === 0) return 0;
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  return Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length);
}

/** The median of some numbers, 0 for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}
