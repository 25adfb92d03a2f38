import { fillOf, readEntry } from './entry.js';
import type { ExecutionAdapter } from './execution.js';

/** Statuses of an order of which at least a part was filled. */
const FILLED: ReadonlySet<string> = new Set([
  ...['filled', 'partially_filled', 'partial', 'success', 'executed', 'completed', 'closed', 'position_opened'],
]);

/**
 * `quantum:stream:execution.result`: the execution service nests the order as JSON in `payload`; paper trades share the
 * stream. It carries no P&L.
 */
export const executionResult: ExecutionAdapter = (fields, entrySec) =>
  readEntry(fields, entrySec, (entry) => {
    const status = entry.text('status', 'order_status')?.trim().toLowerCase();
    if (status !== undefined && !FILLED.has(status)) return { skip: 'not_executed' };
    const qty = entry.positive('filled_qty', 'executed_qty', 'quantity', 'qty');
    const priceUsd = entry.positive('fill_price', 'avg_price', 'price', 'entry_price');
    return {
      fill: fillOf(entry.text('side', 'action'), qty, priceUsd),
      feesUsd: entry.number('commission', 'fee_usd', 'fees_usd', 'fee'),
    };
  });
