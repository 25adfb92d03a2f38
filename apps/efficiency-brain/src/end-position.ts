import type { Fill } from '@quantum/efficiency-score';

/** Sums of the same quantities in another order differ by rounding, as a share of the largest. */
const ROUNDING = 1e-9;

/** What is known of a symbol's position around the end of a period, units of the asset. */
export interface PositionAround {
  /** At the start of the period; undefined: unknown. */
  startQty: number | undefined;
  /** As read after the end; undefined: unknown. */
  readQty: number | undefined;
  /** Fills of the period. */
  fills: readonly Pick<Fill, 'signedQty'>[];
  /** Signed quantities of the fills since its end, in their order. */
  sinceQty: readonly number[];
}

/**
 * The position at the end of a period. It is read some seconds later, and may include fills of the period that is open
 * by then. They would gain twice, as a position and as fills. Where start and fills explain what was read, those since
 * the end are taken out of it. Otherwise it is what was read.
 */
export function endPosition({ startQty, readQty, fills, sinceQty }: PositionAround): number | undefined {
  if (startQty === undefined || readQty === undefined || sinceQty.length === 0) return readQty;
  const quantities = fills.map(({ signedQty }) => signedQty);
  const filled = quantities.reduce((sum, qty) => sum + qty, startQty);
  const largest = [startQty, readQty, ...quantities].map(Math.abs).reduce((a, b) => Math.max(a, b));
  const rounding = ROUNDING * sinceQty.reduce((most, qty) => Math.max(most, Math.abs(qty)), largest);
  let since = 0;
  for (const qty of sinceQty) {
    since += qty;
    if (Math.abs(filled + since - readQty) > rounding) continue;
    const atEnd = readQty - since;
    return Math.abs(atEnd) > rounding ? atEnd : 0;
  }
  return readQty;
}
