import type { ExecutionStream } from '@quantum/redis-schemas';

/** What was counted of an order, from all streams. An entry without an order is one of its own. */
export interface Order {
  /** The streams that reported it. */
  readonly streams: Set<ExecutionStream>;
  /** Signed, units of the asset and USD. */
  qty: number;
  usd: number;
  /** Undefined: no entry stated any. */
  feesUsd: number | undefined;
  /** Size that was filled when the fees were stated, units; 0 if unknown. */
  feesQty: number;
  hasGain: boolean;
}

export const newOrder = (): Order => ({
  ...{ streams: new Set<ExecutionStream>(), qty: 0, usd: 0, feesUsd: undefined, feesQty: 0, hasGain: false },
});

/** A quantity is more than another only beyond what rounding makes of equal sums. */
const MORE = 1 + 1e-9;
/**
 * The price of a part lies within this factor of the order's average; beyond it, the averages contradict each other.
 */
const PART_PRICE_FACTOR = 2;

/**
 * What an entry states beyond those before: quantity and value so far are those of the whole order. Undefined if it
 * states no more. The value of the new part is the difference, or by the entry's own price where the difference cannot
 * be right.
 */
export function addFill(order: Order, qty: number, priceUsd: number): { qty: number; usd: number } | undefined {
  if (qty * order.qty < 0 || !(Math.abs(qty) > Math.abs(order.qty) * MORE)) return undefined;
  const newQty = qty - order.qty;
  const byDifference = qty * priceUsd - order.usd;
  const ratio = byDifference / newQty / priceUsd;
  const isRight = ratio >= 1 / PART_PRICE_FACTOR && ratio <= PART_PRICE_FACTOR;
  const newUsd = isRight ? byDifference : newQty * priceUsd;
  order.qty = qty;
  order.usd += newUsd;
  return { qty: newQty, usd: newUsd };
}

/**
 * Fees that an entry states beyond those before, USD: they fall where a rebate comes. The entry that knows of more
 * fills decides.
 */
export function addFees(order: Order, feesUsd: number, filledQty: number): number | undefined {
  // Publishers write 0 for what they do not know.
  const isUnknown = order.feesUsd === undefined || order.feesUsd === 0;
  const decides = isUnknown || (feesUsd !== 0 && filledQty > order.feesQty * MORE);
  if (!decides || feesUsd === order.feesUsd) return undefined;
  const newUsd = feesUsd - (order.feesUsd ?? 0);
  order.feesUsd = feesUsd;
  order.feesQty = filledQty;
  return newUsd;
}

/** How many reported a gain of this size at this time. One stream names the order, another does not. */
export interface Gain {
  withOrder: number;
  without: number;
}

export const newGain = (): Gain => ({ withOrder: 0, without: 0 });

/** Whether a gain that an order states is one that was not reported before. */
export function isNewGain(order: Order, gain: Gain, hasOrderId: boolean): boolean {
  if (order.hasGain) return false;
  order.hasGain = true;
  const known = Math.max(gain.withOrder, gain.without);
  gain[hasOrderId ? 'withOrder' : 'without'] += 1;
  return Math.max(gain.withOrder, gain.without) > known;
}
