import { fillOf, readEntry } from './entry.js';
import type { ExecutionAdapter } from './execution.js';

/** Statuses of an order that was filled. */
const FILLED: ReadonlySet<string> = new Set([
  ...['filled', 'success', 'executed', 'completed', 'closed', 'position_opened'],
]);
/** Statuses of an order that may be filled in part: what is filled is stated, and `quantity` is what was ordered. */
const PARTLY_FILLED: ReadonlySet<string> = new Set([
  ...['partially_filled', 'partial', 'canceled', 'cancelled', 'expired', 'expired_in_match'],
]);

/**
 * `quantum:stream:execution.result`: the execution service nests the order as JSON in `payload`; paper trades share the
 * stream. It carries no P&L. Quantity, price and fee are of the whole order by then, as exchanges report them.
 */
export const executionResult: ExecutionAdapter = (fields, entrySec) =>
  readEntry(fields, entrySec, (entry) => {
    const status = entry.text('status', 'order_status')?.trim().toLowerCase();
    const filledQty = entry.positive('filled_qty', 'executed_qty');
    if (filledQty === undefined && entry.number('filled_qty', 'executed_qty') === 0) return { skip: 'not_executed' };
    const isFilled = status === undefined || FILLED.has(status);
    if (!isFilled && (!PARTLY_FILLED.has(status) || filledQty === undefined)) return { skip: 'not_executed' };
    const qty = filledQty ?? entry.positive('quantity', 'qty');
    const priceUsd = entry.positive('fill_price', 'avg_price', 'price', 'entry_price');
    const fill = fillOf(entry.text('side', 'action'), qty, priceUsd);
    const feesUsd = entry.number('commission', 'fee_usd', 'fees_usd', 'fee');
    return { fill, feesUsd, ...(fill?.priceUsd === undefined && { note: 'no_fill' }) };
  });
