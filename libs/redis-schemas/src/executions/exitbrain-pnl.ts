import { readEntry } from './entry.js';
import type { ExecutionAdapter } from './execution.js';

/**
 * `quantum:stream:exitbrain.pnl`: the P&L reconciler writes `pnl`, net, after it has written the same trade to
 * `rl_rewards`, with the same time and no order id. The exit brain writes its plans into the same stream, with
 * `pnl_trend` and without `pnl`.
 */
export const exitbrainPnl: ExecutionAdapter = (fields, entrySec) =>
  readEntry(fields, entrySec, (entry) => {
    if (entry.text('pnl') === undefined) return { skip: 'no_pnl' };
    if (entry.text('source') === 'binance_recent') return { note: 'other_orders' };
    const netPnlUsd = entry.number('pnl');
    return netPnlUsd === 0 ? { note: 'zero_pnl' } : { netPnlUsd };
  });
