/**
 * Maximum drawdown of a running sum: the greatest fall from a peak (the start included) to a later trough, as an amount
 * >= 0 (Magdon-Ismail and Atiya, Maximum Drawdown, 2004).
 */
export function maxDrawdown(gains: readonly number[]): number {
  let [total, peak, deepest] = [0, 0, 0];
  for (const gain of gains) {
    total += gain;
    peak = Math.max(peak, total);
    deepest = Math.max(deepest, peak - total);
  }
  return deepest;
}
