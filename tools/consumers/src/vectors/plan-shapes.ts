import { NOW_SEC } from './readings.js';

/** Fields by name. */
export type Texts = Readonly<Record<string, string>>;

const execute = (fields: Texts): Texts => ({
  plan_id: 'p1', symbol: 'BTCUSDT', decision: 'EXECUTE', type: 'MARKET', reduceOnly: 'false', timestamp: String(NOW_SEC - 1), ...fields,
}); // prettier-ignore
const close = { reduceOnly: 'true' };

/** The published shapes, as their publishers and the validator write them. */
export const PUBLISHED_PLANS: Readonly<Record<string, Texts>> = {
  'intent bridge, entry': execute({ action: 'ENTRY_PROPOSED', side: 'BUY', qty: '0.00123456789012345678', entry_price: '71000.00000000' }),
  'intent bridge, entry without a price': execute({ action: 'ENTRY_PROPOSED', side: 'SELL', qty: '0.012345678901234567' }),
  'intent bridge, close': execute({ action: 'FULL_CLOSE_PROPOSED', side: 'SELL', qty: '0.05', ...close }),
  'Apply Layer, harvest': execute({ action: 'PARTIAL_75', kill_score: '0.42', side: 'CLOSE', qty: '0.0', price: '', ...close }),
  'Apply Layer, stop update': execute({ action: 'UPDATE_SL', kill_score: '0.9', qty: '0.0', ...close }),
  'Apply Layer, hold': { ...execute({ action: 'HOLD', kill_score: '0.2' }), decision: 'SKIP' },
  'Apply Layer, blocked': { ...execute({ action: 'FULL_CLOSE_PROPOSED' }), decision: 'BLOCKED' },
  'Apply Layer, error': { ...execute({ action: 'HOLD' }), decision: 'ERROR' },
  'harvest, no action field': execute({ qty: '0.05', ...close }),
  'harvest v2': execute({ action: 'PARTIAL_CLOSE_PROPOSED', kill_score: '0.0', qty: '0.40', close_qty: '0.10', price: '', ...close }),
  'rotation close': execute({ action: 'FULL_CLOSE_PROPOSED', kill_score: '0', qty: '0', timestamp: `${NOW_SEC}.123456`, ...close }),
  'exit engine': execute({ action: 'PARTIAL_33', kill_score: '0', qty: '0.05', timestamp: `${NOW_SEC}.5`, ...close }),
  lockdown: { plan_id: 'LOCKDOWN', symbol: 'ALL', action: 'LOCKDOWN_HALT', decision: 'HALT' },
  reconcile: { plan_id: 'p1', symbol: 'BTCUSDT', decision: 'RECONCILE_CLOSE', qty: '1', ts: `${NOW_SEC}000`, ...close },
  injector: execute({ action: 'OPEN_PROPOSED', kill_score: '0.1', qty: '0.01' }),
  'old nested payload': { payload: '{"plan_id":"p1","symbol":"BTCUSDT","decision":"EXECUTE"}' },
}; // prettier-ignore
