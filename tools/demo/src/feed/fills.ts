import { STREAMS } from '@quantum/redis-schemas';
import { FEED_SOURCE, type Write } from './writes.js';

/** Commission of a fill, a share of its notional: a taker's at the exchange. */
const COMMISSION_SHARE = 0.0004;

/** A plan that waits for its permit, as the Apply Layer would execute it. */
export interface Order {
  planId: string;
  symbol: string;
  /** Units of the asset: > 0 buys, < 0 sells. */
  signedQty: number;
  /** Whether it is reduce-only. */
  closing: boolean;
}

/** An order as executed: its quantity is what the permit leaves of it. */
export type Fill = Order;

/** A position after its fills. A closing one takes what there is, and no more. */
export function fill(
  symbol: string,
  positionQty: number,
  priceUsd: number,
  fills: readonly Fill[],
  nowSec: number,
): { positionQty: number; writes: Write[] } {
  let held = positionQty;
  const writes: Write[] = [];
  for (const one of fills) {
    if (one.symbol !== symbol) continue;
    const size = Math.abs(one.signedQty);
    const signedQty = Math.sign(one.signedQty) * (one.closing ? Math.min(size, Math.abs(held)) : size);
    if (signedQty === 0) continue;
    held += signedQty;
    writes.push(executionWrite({ ...one, signedQty }, priceUsd, nowSec));
  }
  return { positionQty: held, writes };
}

/** The execution service's entry for a fill: the order is nested as JSON. */
function executionWrite({ planId, symbol, signedQty }: Fill, priceUsd: number, nowSec: number): Write {
  const qty = Math.abs(signedQty);
  const payload = {
    symbol,
    side: signedQty > 0 ? 'BUY' : 'SELL',
    status: 'filled',
    order_id: planId,
    quantity: qty,
    price: priceUsd,
    fee_usd: COMMISSION_SHARE * qty * priceUsd,
    timestamp: new Date(nowSec * 1000).toISOString(),
  };
  const fields = { event_type: 'execution.result', payload: JSON.stringify(payload), source: FEED_SOURCE };
  return { kind: 'entry', stream: STREAMS.executionResult, fields };
}
