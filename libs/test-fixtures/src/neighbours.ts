/** Unix seconds of the neighbours' data. */
export const NEIGHBOURS_SEC = 1_763_386_800;

/** Fields of a hash or of an entry. */
type Texts = Readonly<Record<string, string>>;

const [SEC, MS] = [String(NEIGHBOURS_SEC), String(1000 * NEIGHBOURS_SEC)];

/** What the other teams write, with the fields and formats of their code: a hash of each, or an entry. */
export const NEIGHBOURS = {
  /** P2.9 in shadow. */
  target: { target_usd: '1250.00', confidence: '0.72', timestamp: SEC, mode: 'shadow', weight: '0.081', regime: 'TREND' },
  /** A score as the contract wants it. */
  score: { efficiency_score: '0.8123', confidence: '0.91', ts: SEC, mode: 'enforce', version: 'brain_v1' },
  /** An entry of the published P3.1, which is in shadow and halves its confidence. */
  shadowScore: {
    symbol: 'BTCUSDT', efficiency_score: '0.0412', confidence: '0.5', ts: SEC, mode: 'shadow', version: 'v1',
    stale_flags: 'P30_STALE,P29_STALE',
  },
  /** P3.3. */
  position: { position_amt: '-0.015', mark_price: '71000.5', ts_epoch: SEC },
  price: { markPrice: '71000.5', price: '71001.0', timestamp: MS },
  /** P2.8 in shadow. */
  budget: { budget_usd: '2500.0', stress_factor: '0.1', mode: 'shadow', timestamp: SEC },
  /** P3.0, whose time is `ts_utc`. */
  attribution: { performance_factor: '-0.12', ts_utc: '2025-11-17T13:40:00Z', timestamp: SEC },
  /** Plans of the intent bridge, the primary publisher: neither kill score nor price. */
  entry: {
    plan_id: '4f1d0c2b9a7e', symbol: 'BTCUSDT', action: 'ENTRY_PROPOSED', decision: 'EXECUTE', side: 'BUY', type: 'MARKET',
    qty: '0.00123456789012345', reduceOnly: 'false', timestamp: SEC,
  },
  entryWithPrice: {
    plan_id: '4f1d0c2b9a7f', symbol: 'BTCUSDT', action: 'ENTRY_PROPOSED', decision: 'EXECUTE', side: 'BUY', type: 'MARKET',
    qty: '0.001', entry_price: '71000.00000000', kill_score: '0.1', reduceOnly: 'false', timestamp: SEC,
  },
  close: {
    plan_id: '4f1d0c2b9a80', symbol: 'BTCUSDT', action: 'FULL_CLOSE_PROPOSED', decision: 'EXECUTE', side: 'SELL', type: 'MARKET',
    qty: '0.05', reduceOnly: 'true', timestamp: SEC,
  },
  /** An old publisher, which nests the plan. */
  nestedPlan: { payload: '{"plan_id":"p1","symbol":"BTCUSDT","decision":"EXECUTE"}' },
  /** The intent executor, which takes `p33:` permits. */
  executed: {
    event_type: 'apply.result', plan_id: '4f1d0c2b9a7e', symbol: 'BTCUSDT', executed: 'true', source: 'intent_executor', timestamp: SEC,
    details: '{"plan_id":"4f1d0c2b9a7e","symbol":"BTCUSDT","executed":true,"source":"intent_executor","side":"BUY","qty":0.002,"filled_qty":0.002,"order_id":1162233168,"order_status":"FILLED","permit":{"allow":true}}',
  },
  notExecuted: {
    event_type: 'apply.result', plan_id: '4f1d0c2b9a7e', symbol: 'BTCUSDT', executed: 'False', error: 'permit_missing', timestamp: SEC,
  },
} as const satisfies Record<string, Texts>; // prettier-ignore
