import { putCycle } from '../console/changes.js';
import { symbolsOf } from '../harness/market.js';
import { RawClient } from '../harness/raw-client.js';
import { timed, type Baseline } from './baseline.js';

export interface CycleOptions {
  symbols: number;
  /** See `putCycle`. */
  changedShare: number;
}

/**
 * Publishes a cycle of proposals, in a process of its own: where pages wait, their arrivals are timed meanwhile.
 * Returns ms.
 */
export const proposals: Baseline<CycleOptions> = async ({ path, db, options: { symbols, changedShare } }) => {
  const raw = await RawClient.connect(path, db);
  const names = symbolsOf(symbols);
  let cycle = 0;
  return () => timed(() => putCycle(raw, names, (cycle += 1), changedShare));
};
