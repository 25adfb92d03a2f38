import { fillOf, readEntry } from './entry.js';
import type { ExecutionAdapter } from './execution.js';

/**
 * `quantum:stream:apply.result`: what became of a plan. The intent executor writes `executed` "true" and nests side,
 * order and filled quantity as JSON in `details`; the Apply Layer writes `executed` "True" and no order. Neither has a
 * price.
 */
export const applyResult: ExecutionAdapter = (fields, entrySec) =>
  readEntry(fields, entrySec, (entry) => {
    if (!entry.isTrue('executed')) return { skip: 'not_executed' };
    const filled = entry.number('filled_qty');
    if (filled === 0) return { skip: 'not_executed' };
    return { fill: fillOf(entry.text('side'), entry.positive('filled_qty')) };
  });
