import { positionKey, tickerKey } from '@quantum/redis-schemas';
import type { IncidentKind } from './incidents.js';
import { FEED_SOURCE, type Write } from './writes.js';

/** P3.3 sets no TTL; here the demo's positions expire after it. */
const POSITION_TTL_SEC = 600;
/** The ticker's own time to live: of a symbol that is halted, the price is gone after it. */
const TICKER_TTL_SEC = 10;
/** Lag of a late position. The demo's brain takes one of 30 s for unknown. */
const LATE_SEC = 20;

/** Position and price of a symbol. */
export interface Inputs {
  symbol: string;
  /** Signed, units of the asset. */
  positionQty: number;
  priceUsd: number;
  nowSec: number;
  incident: IncidentKind | undefined;
}

/** P3.3's position and the price feed's ticker of a symbol, or what an incident makes of them. */
export const inputWrites = (inputs: Inputs): Write[] =>
  inputs.incident === 'halt' ? [] : [positionWrite(inputs), tickerWrite(inputs)];

/**
 * P3.3 takes its mark prices from the price feed: what goes wrong there shows here. It deletes the key of a flat
 * symbol.
 */
function positionWrite(inputs: Inputs): Write {
  const { symbol, positionQty, nowSec, incident } = inputs;
  const key = positionKey(symbol);
  if (positionQty === 0) return { kind: 'delete', key };
  const price = priceText(inputs);
  const fields = {
    position_amt: positionQty.toPrecision(12),
    ...(price !== undefined && { mark_price: price }),
    ts_epoch: (incident === 'late' ? nowSec - LATE_SEC : nowSec).toFixed(3),
    source: FEED_SOURCE,
  };
  return { kind: 'hash', key, fields, ttlSec: POSITION_TTL_SEC, replace: true };
}

function tickerWrite(inputs: Inputs): Write {
  const { symbol, priceUsd, nowSec, incident } = inputs;
  const key = tickerKey(symbol);
  if (incident === 'wrong_type') return { kind: 'string', key, value: String(priceUsd), ttlSec: TICKER_TTL_SEC };
  const markPrice = priceText(inputs);
  if (markPrice === undefined) return { kind: 'delete', key };
  const fields = { markPrice, timestamp: String(Math.round(nowSec * 1000)), source: FEED_SOURCE };
  return { kind: 'hash', key, fields, ttlSec: TICKER_TTL_SEC, replace: true };
}

function priceText({ priceUsd, incident }: Inputs): string | undefined {
  if (incident === 'no_price' || incident === 'wrong_type') return undefined;
  return incident === 'malformed_price' ? 'n/a' : String(priceUsd);
}
