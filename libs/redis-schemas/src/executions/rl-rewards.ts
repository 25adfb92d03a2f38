import { readEntry } from './entry.js';
import type { ExecutionAdapter } from './execution.js';

/**
 * `quantum:stream:rl_rewards`: the P&L reconciler's account of a closed trade, from the exchange's fills. `pnl` is
 * gross, `pnl_net` is after `commission`. With `source` `binance_recent`, both are sums over other orders. 0 is what
 * the reconciler has where no fill tells. Rewards without either (the older feedback service) tell of no money.
 */
export const rlRewards: ExecutionAdapter = (fields, entrySec) =>
  readEntry(fields, entrySec, (entry) => {
    if (entry.text('source') === 'binance_recent') return { note: 'other_orders' };
    const grossUsd = entry.number('pnl');
    const statedNetUsd = entry.number('pnl_net');
    const feesUsd = entry.number('commission');
    if (grossUsd === undefined && statedNetUsd === undefined) return { skip: 'no_pnl' };
    if (grossUsd === 0 || (grossUsd === undefined && statedNetUsd === 0)) return { feesUsd, note: 'zero_pnl' };
    return { feesUsd, netPnlUsd: statedNetUsd ?? finite((grossUsd ?? 0) - (feesUsd ?? 0)) };
  });

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
