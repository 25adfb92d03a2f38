import { positionKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import { median } from './market.js';
import { FEED_SOURCE, type Write } from './writes.js';

/** The capital that P2.9 allocates over the symbols, USD. */
export const BOOK_USD = 100_000;
const TARGET_TTL_SEC = 300;
/** P3.3 sets no TTL; here the demo's positions expire after it. */
const POSITION_TTL_SEC = 600;
/** Every nth symbol has its target in enforce mode, the others in shadow. */
const ENFORCE_EVERY = 8;

/** Base targets in USD that share the capital by inverse volatility, which counts as half the median at least. */
export function baseTargetsUsd(volatilities: readonly number[]): number[] {
  const floor = Math.max(median(volatilities) / 2, Number.EPSILON);
  const shares = volatilities.map((volatility) => 1 / Math.max(volatility, floor));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => (BOOK_USD * share) / total);
}

/** P2.9's writes for a symbol: the target, and its entry on the decision stream. */
export function targetWrites(symbol: string, index: number, targetUsd: number, nowSec: number): Write[] {
  const fields = {
    target_usd: targetUsd.toFixed(2),
    confidence: '0.9',
    timestamp: nowSec.toFixed(3),
    mode: index % ENFORCE_EVERY === ENFORCE_EVERY - 1 ? 'enforce' : 'shadow',
    weight: (targetUsd / BOOK_USD).toFixed(6),
    source: FEED_SOURCE,
  };
  return [
    { kind: 'hash', key: targetKey(symbol), fields, ttlSec: TARGET_TTL_SEC, replace: false },
    { kind: 'entry', stream: STREAMS.allocationDecision, fields: { symbol, ...fields } },
  ];
}

/** P3.3's writes for a symbol with a position of this many USD. */
export function positionWrite(symbol: string, heldUsd: number, priceUsd: number, nowSec: number): Write {
  const fields = {
    position_amt: (heldUsd / priceUsd).toPrecision(8),
    mark_price: String(priceUsd),
    ts_epoch: nowSec.toFixed(3),
    source: FEED_SOURCE,
  };
  return { kind: 'hash', key: positionKey(symbol), fields, ttlSec: POSITION_TTL_SEC, replace: false };
}
