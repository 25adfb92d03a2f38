import type { Plan, Position } from '@quantum/redis-schemas';

/**
 * Notional of a plan in USD: the stated one, else quantity times price, else quantity times mark price. Undefined if
 * one of these is unknown or the stated one is unreadable. Capped at the largest double.
 */
export function notionalOf(plan: Plan, position: Position | undefined): number | undefined {
  const { statedNotionalUsd: stated, qty, priceUsd = position?.markPriceUsd } = plan;
  if (stated !== undefined) return stated === 'unreadable' ? undefined : stated;
  if (qty === undefined) return undefined;
  if (qty === 0) return 0;
  return priceUsd === undefined ? undefined : Math.min(qty * priceUsd, Number.MAX_VALUE);
}

/** Sizes within this relative tolerance are equal: publishers compute them in doubles. */
const RELATIVE_TOLERANCE = 1e-9;

/**
 * Whether a plan that closes only by its action is larger than the position, and so would open the other way round.
 * False if the position is unknown: missing data must not stop an exit.
 */
export function exceedsPosition({ closesByActionOnly, qty = 0 }: Plan, position: Position | undefined): boolean {
  const amount = position?.amount;
  return closesByActionOnly && amount !== undefined && qty > Math.abs(amount) * (1 + RELATIVE_TOLERANCE);
}
