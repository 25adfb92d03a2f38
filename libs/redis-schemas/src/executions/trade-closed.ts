import { readEntry } from './entry.js';
import type { ExecutionAdapter } from './execution.js';

/**
 * `quantum:stream:trade.closed`: a position that was closed. Its P&L is not used: the main path writes `pnl_usd` "0.0",
 * the harvest path an estimate before the order, and the reconciler writes both again from fills. `side` is the
 * position's.
 */
export const tradeClosed: ExecutionAdapter = (fields, entrySec) =>
  readEntry(fields, entrySec, (entry) => (entry.number('pnl_usd') === 0 ? { note: 'zero_pnl' } : {}));
