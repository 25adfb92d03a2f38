import type { PriceRow } from '../prices/price-source.js';

/** Window of performance, volatility, drawdown and idleness, minutes. */
export const WINDOW_MINUTES = 30;

/** The feed's price history of a symbol. */
export interface Market {
  priceUsd: number;
  /** Log returns of the last minutes, oldest first, `WINDOW_MINUTES` at most. */
  returns: readonly number[];
  /** Minutes since the price last changed. */
  minutesUnchanged: number;
}

export interface Measures {
  /** Log return over the window. */
  totalReturn: number;
  /** Standard deviation of a minute's log return. */
  volatility: number;
  /** Maximum drawdown from a peak of the window, log, >= 0. */
  drawdown: number;
  /** Share of minutes without a price change, 0..1. */
  idle: number;
}

export const newMarket = (priceUsd: number): Market => ({ priceUsd, returns: [], minutesUnchanged: 0 });

/** A market one minute later. Where a file starts again time runs back: that step is no return. */
export function advanceMarket(market: Market, priceUsd: number, restarted: boolean): Market {
  if (restarted) return { ...market, priceUsd };
  return {
    priceUsd,
    returns: [...market.returns, Math.log(priceUsd / market.priceUsd)].slice(-WINDOW_MINUTES),
    minutesUnchanged: priceUsd === market.priceUsd ? market.minutesUnchanged + 1 : 0,
  };
}

/** All markets one row later. */
export const advanceMarkets = (markets: readonly Market[], row: PriceRow, restarted: boolean): Market[] =>
  markets.map((market, index) => advanceMarket(market, row.pricesUsd[index] ?? market.priceUsd, restarted));

/** Measures of a window of log returns; all zero for an empty one. */
export function measure(returns: readonly number[]): Measures {
  if (returns.length === 0) return { totalReturn: 0, volatility: 0, drawdown: 0, idle: 0 };
  const totalReturn = returns.reduce((sum, value) => sum + value, 0);
  const mean = totalReturn / returns.length;
  const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length;
  let level = 0;
  let peak = 0;
  let drawdown = 0;
  for (const value of returns) {
    level += value;
    peak = Math.max(peak, level);
    drawdown = Math.max(drawdown, peak - level);
  }
  const idle = returns.filter((value) => value === 0).length / returns.length;
  return { totalReturn, volatility: Math.sqrt(variance), drawdown, idle };
}

/** The median of some numbers, 0 for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}
