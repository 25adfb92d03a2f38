import { GATE_FIELDS } from '@quantum/risk-gates';
import type { POSITION_FIELDS } from '@quantum/redis-schemas';
import type { Case } from './file.js';
import { ODD_NUMBERS } from './odd.js';
import { PUBLISHED_PLANS, type Texts } from './plan-shapes.js';
import { NOW_SEC } from './readings.js';

/** What a case gives. */
export interface Given {
  /** The time of the decision, and Redis' clock, unix seconds. */
  now: number;
  /** Id of the plan's stream entry. */
  id: string;
  plan: Texts;
  /** The present fields of the position's hash; null: the key could not be read. */
  position: Partial<Record<(typeof POSITION_FIELDS)[number], string>> | null;
}

const OPEN = {
  plan_id: 'p1',
  symbol: 'BTCUSDT',
  decision: 'EXECUTE',
  action: 'ENTRY_PROPOSED',
  qty: '0.01',
  price: '71000',
};
const HOLDING = { position_amt: '0.4', mark_price: '70000', ts_epoch: String(NOW_SEC - 5) };
const given = (plan: Texts, changes: Partial<Given> = {}): Given => ({
  now: NOW_SEC, id: `${NOW_SEC - 1}000-0`, plan, position: HOLDING, ...changes,
}); // prettier-ignore
const close = { reduceOnly: 'true' };

const published = Object.entries(PUBLISHED_PLANS).map(([name, plan]) => ({
  name: `shape: ${name}`,
  given: given(plan),
}));

/** Each field alone, with invalid texts. */
function oddFields(): Case<Given>[] {
  const more = ['+007.50', '0.12345678901234567890', '9007199254740993', '.5e-3', '1E+05', '-0.0', '\u00a0'];
  const texts = [...new Set([...ODD_NUMBERS, ...more])];
  const odd = (about: string, plan: Texts, names: readonly string[]): Case<Given>[] =>
    names.flatMap((name) =>
      texts.map((text) => ({
        name: `${about}, ${name} ${JSON.stringify(text)}`,
        given: given({ ...plan, [name]: text }),
      })),
    );
  return [
    ...odd('open', OPEN, ['qty', 'price', 'close_qty', 'notional_usd', ...GATE_FIELDS.map(([, { field }]) => field)]),
    ...odd('open without a price', { ...OPEN, price: '' }, ['entry_price']),
    ...odd('close', { ...OPEN, ...close }, ['qty', 'price', 'close_qty', 'notional_usd']),
  ];
}

function kinds(): Case<Given>[] {
  const actions = [
    'FULL_CLOSE_PROPOSED', 'PARTIAL_75', 'PARTIAL_50', 'PARTIAL_25', 'PARTIAL_33', 'UPDATE_SL', 'update_sl', 'CLOSE',
    '', 'partial_50',
  ]; // prettier-ignore
  const flags = ['true', ' TRUE ', '1', 'false', '0', '', 'yes', '1.0'];
  const sides = ['BUY', 'sell', ' LONG', 'SHORT', 'CLOSE', '', 'BOTH'];
  const fields: Texts[] = [
    ...actions.map((action) => ({ action })),
    ...['reduceOnly', 'reduce_only', 'closePosition'].flatMap((name) => flags.map((flag) => ({ [name]: flag }))),
    ...sides.map((side) => ({ side })),
    { action: 'PARTIAL_75', reduceOnly: 'false' },
    { action: 'PARTIAL_75', reduceOnly: 'true', qty: '7' },
  ]; // prettier-ignore
  return fields.map((own) => ({ name: `kind ${JSON.stringify(own)}`, given: given({ ...OPEN, ...own }) }));
}

/** Cases that depend on the position: closes only by their action, mark prices, the price band. */
function positions(): Case<Given>[] {
  const action = { ...OPEN, action: 'FULL_CLOSE_PROPOSED' };
  const sizes = ['0', '0.4', '0.4000000001', '0.40000000001', '0.41', '7'];
  const odd: [string, Given['position']][] = [
    ['unreadable', null], ['absent', {}], ['of a short', { ...HOLDING, position_amt: '-0.4' }], ['of nothing', { ...HOLDING, position_amt: '0' }],
    ['of no amount', { ...HOLDING, position_amt: 'x' }], ['without a time', { position_amt: '0.1', mark_price: '70000' }],
    ...[300, 301, -60, -61].map((age): [string, Given['position']] => [`of ${age} s ago`, { ...HOLDING, position_amt: '0.1', ts_epoch: String(NOW_SEC - age) }]),
    ['of a time in ms', { ...HOLDING, position_amt: '0.1', ts_epoch: `${NOW_SEC}000` }], ['without a mark', { ...HOLDING, mark_price: '' }],
    ['with a mark of 0', { ...HOLDING, mark_price: '0' }],
  ]; // prettier-ignore
  const prices = ['35000', '34999.99', '105000', '105000.01', '0.000071', '71000000'];
  return [
    ...sizes.map((qty) => ({ name: `close by action of ${qty}`, given: given({ ...action, qty }) })),
    { name: 'close by action with a part', given: given({ ...action, qty: '0.1', close_qty: '0.5' }) },
    ...odd.map(([name, position]) => ({ name: `close by action, position ${name}`, given: given({ ...action, qty: '0.4' }, { position }) })),
    ...odd.map(([name, position]) => ({ name: `open without a price, position ${name}`, given: given({ ...OPEN, price: '' }, { position }) })),
    ...prices.map((price) => ({ name: `price ${price}`, given: given({ ...OPEN, price }) })),
    { name: 'price in a wider band', config: { GOV_PRICE_BAND: '2' }, given: given({ ...OPEN, price: '200000' }) },
    { name: 'entry_price outside the band', given: given({ ...OPEN, price: '', entry_price: '71' }) },
    { name: 'price of a close', given: given({ ...OPEN, ...close, price: '71' }) },
  ]; // prettier-ignore
}

function killScoresAndAges(): Case<Given>[] {
  const ids = [-61, -60, 0, 60, 61].map((offset) => `${NOW_SEC + offset}000-7`);
  const times = [
    '', String(NOW_SEC - 60), `${NOW_SEC - 60}.5`, String(NOW_SEC + 60), String(NOW_SEC + 61), `${NOW_SEC}000`,
    'now',
  ]; // prettier-ignore
  return [
    ...['', 'None', '0.79', '0.8'].map((kill_score) => ({ name: `kill score ${JSON.stringify(kill_score)}, missing refused`, config: { GOV_KILL_SCORE_MISSING: 'refuse' }, given: given({ ...OPEN, kill_score }) })),
    { name: 'kill score that is not critical here', config: { GOV_KILL_SCORE_CRITICAL: '0.9' }, given: given({ ...OPEN, kill_score: '0.85' }) },
    ...[{}, close].flatMap((kind) => ids.flatMap((id) => ['', String(NOW_SEC - 100)].map((timestamp) => ({ name: `id ${id}, timestamp ${timestamp || 'none'}, reduceOnly ${'reduceOnly' in kind}`, given: given({ ...OPEN, ...kind, timestamp }, { id }) })))),
    ...[{}, close].flatMap((kind) => times.map((timestamp) => ({ name: `id ahead, timestamp ${JSON.stringify(timestamp)}, reduceOnly ${'reduceOnly' in kind}`, given: given({ ...OPEN, ...kind, timestamp }, { id: `${NOW_SEC + 3600}000-0` }) }))),
  ]; // prettier-ignore
}

function names(): Case<Given>[] {
  const ids = [
    '', ' ', 'a b', 'a{b', 'é', 'x'.repeat(128), 'x'.repeat(129), 'p33:1', 'p26:1', 'P33:1', 'p33', 'x:p26:1', '~!"',
  ]; // prettier-ignore
  const symbols = [
    '', ' BTCUSDT', 'BTCUSDT ', 'BTC USDT', 'BTC:PERP', 'A\u00a0', '\u3000A', '\ufeffA', 'A{B', 'A\u0085', 'A\ufffd',
    'ß'.repeat(64), 'ß'.repeat(65),
  ]; // prettier-ignore
  const decisions = ['', 'SKIP', 'BLOCKED', 'ERROR', 'HALT', 'RECONCILE_CLOSE', 'execute', 'HOLD'];
  return [
    ...ids.map((plan_id, i) => ({ name: `plan_id ${i + 1}`, given: given({ ...OPEN, plan_id }) })),
    ...symbols.map((symbol, i) => ({ name: `symbol ${i + 1}`, given: given({ ...OPEN, symbol }) })),
    ...decisions.map((decision) => ({ name: `decision ${JSON.stringify(decision)}`, given: given({ ...OPEN, decision }) })),
    { name: 'another decision before an invalid id', given: given({ decision: 'SKIP' }) },
    { name: 'no decision and an invalid quantity', given: given({ ...OPEN, decision: '', qty: '-1' }) },
  ]; // prettier-ignore
}

/** Every case, in the order of the file. */
export const PLAN_CASES = [
  ...published, ...oddFields(), ...kinds(), ...positions(), ...killScoresAndAges(), ...names(),
]; // prettier-ignore
