import { describe, expect, it } from '@jest/globals';
import { permitJson, readRecord } from '@quantum/decisions';
import { decidedKey, permitKey, STREAMS } from '@quantum/redis-schemas';
import { GATES } from '@quantum/risk-gates';
import { putEfficiency, putPosition, serverTimeMs, useRedis } from '@quantum/testing';
import { harness, NOW_SEC, type Harness } from '../tests/governor-harness.test-support.js';

// What is really published to the plan stream: each shape with its fields as its publisher and the validator write
// them.

const { redis } = useRedis();

const SYMBOL = 'BTCUSDT';
const NOW = Math.floor(NOW_SEC);
type Fields = Record<string, string>;

const execute = (planId: string, fields: Fields): Fields => ({
  plan_id: planId, symbol: SYMBOL, decision: 'EXECUTE', type: 'MARKET', reduceOnly: 'false', timestamp: String(NOW), ...fields,
}); // prettier-ignore

const CLOSES: Record<string, { fields: Fields; qty: string; action?: string }> = {
  'intent bridge, close': {
    fields: {
      action: 'FULL_CLOSE_PROPOSED',
      side: 'SELL',
      qty: '0.05',
      reduceOnly: 'true',
      entry_price: '71000.00000000',
    },
    qty: '0.05',
  },
  ...Object.fromEntries(
    ['FULL_CLOSE_PROPOSED', 'PARTIAL_75', 'PARTIAL_50', 'PARTIAL_25'].map((action) => [
      `Apply Layer, harvest ${action}`,
      { fields: { action, side: 'CLOSE', kill_score: '0.42', qty: '0.0', price: '', reduceOnly: 'true' }, qty: '0.0' },
    ]),
  ),
  'Apply Layer, stop update': {
    fields: { action: 'UPDATE_SL', kill_score: '0.9', qty: '0.0', reduceOnly: 'true' },
    qty: '0.0',
  },
  'stop update without a flag': { fields: { action: 'UPDATE_SL', kill_score: '0.9', qty: '0.0' }, qty: '0.0' },
  'harvest, no action field': { fields: { qty: '0.05', reduceOnly: 'true' }, qty: '0.05' },
  'harvest v2': {
    fields: {
      action: 'PARTIAL_CLOSE_PROPOSED', kill_score: '0.0', qty: '0.40', close_qty: '0.10', price: '', reduceOnly: 'true',
    }, // prettier-ignore
    qty: '0.10',
  },
  'rotation close': {
    fields: {
      action: 'FULL_CLOSE_PROPOSED',
      kill_score: '0',
      qty: '0',
      reduceOnly: 'true',
      timestamp: `${NOW}.123456`,
    },
    qty: '0',
  },
  'exit engine': {
    fields: { action: 'PARTIAL_33', kill_score: '0', qty: '0.05', reduceOnly: 'true', timestamp: `${NOW}.5` },
    qty: '0.05',
  },
  'close by closePosition': { fields: { action: 'ANY', qty: 'all', price: 'market', closePosition: 'true' }, qty: '0' },
};

/** What would refuse every open, so that whatever passes is treated as a close. */
const STORM = { GOV_MAX_EXEC_PER_HOUR: '0', GOV_KILL_SCORE_MISSING: 'refuse', GOV_MAX_NOTIONAL_PER_DAY_USD: '0' };

async function publish(governor: Harness, fields: Fields, id = `${NOW * 1000}-*`): Promise<string> {
  const entryId = (await redis().xadd(STREAMS.plans, id, ...Object.entries(fields).flat())) as string;
  await governor.serve();
  expect(await governor.pending()).toEqual([]);
  return entryId;
}
/** The number's own text in a JSON text. */
const qtyIn = (json: string | null): string | undefined => /"computed_qty":([^,]*),/.exec(json ?? '')?.[1];

describe('closing shapes', () => {
  it.each(Object.entries(CLOSES))('get a permit in a storm, never smaller: %s', async (_name, { fields, qty }) => {
    const governor = await harness(redis(), STORM);
    await putPosition(redis(), SYMBOL, { now: NOW_SEC, positionAmt: 0.4, markPrice: 70_000 });
    await putEfficiency(redis(), SYMBOL, { now: NOW_SEC, score: 0.1 });
    await publish(governor, execute('p1', fields));
    expect(await governor.record('p1')).toMatchObject({ outcome: 'permit', inputs: { closing: true } });
    expect(await governor.permit('p1')).toMatchObject({ eff_action: 'NONE', eff_factor: '1.0000', would_block: [] });
    expect(qtyIn(await redis().get(permitKey('p1')))).toBe(qty);
    const { permit, inputs } = readRecord((await redis().get(decidedKey('p1'))) ?? '')!;
    expect(qtyIn(permitJson(permit!, inputs))).toBe(qty);
  });
});

describe('opening shapes', () => {
  const ENTRY = { action: 'ENTRY_PROPOSED', side: 'BUY', qty: '0.00123456789012345678', entry_price: '71000.00000000' };
  const INJECTED = { action: 'OPEN_PROPOSED', kill_score: '0.1', qty: '0.01' };

  it('intent bridge, entry: asked by all gates, the missing kill score passes, its digits are kept, priced by entry_price', async () => {
    const governor = await harness(redis(), { APPLY_MODE: 'production' });
    await publish(governor, execute('p1', ENTRY));
    const record = await governor.record('p1');
    expect(record?.gates).toEqual([]); // none refused
    expect(await governor.metrics('p32_gate_total')).toEqual(
      GATES.map(({ name, defaultMode }) => `{gate="${name}",mode="${defaultMode}",verdict="pass"} 1`),
    );
    expect(record?.inputs).toMatchObject({
      closing: false, side: 'buy', kill_score: null, price_usd: 71000, qty_text: ENTRY.qty, plan_ts: NOW,
      notional_usd: 0.00123456789012345678 * 71000,
    }); // prettier-ignore
    expect(qtyIn(await redis().get(permitKey('p1')))).toBe(ENTRY.qty);
    expect(await governor.metrics('p32_kill_score_missing_total')).toEqual([' 1']);
    expect(await governor.metrics('p32_errors_total')).toEqual([]);
  });

  it.each([
    ['a missing one where that is asked for', {}, { GOV_KILL_SCORE_MISSING: 'refuse' }],
    ['one that is not a number', { kill_score: 'None' }, {}],
    ['a critical one', { kill_score: '0.8' }, {}],
  ])('is refused by its kill score: %s', async (_name, fields, env) => {
    const governor = await harness(redis(), env);
    await publish(governor, execute('p1', { ...ENTRY, ...fields }));
    expect(await governor.outcome('p1')).toBe('kill_score');
  });

  it('intent bridge, entry without any price: the fresh mark price counts', async () => {
    const governor = await harness(redis(), { APPLY_MODE: 'production' });
    await putPosition(redis(), SYMBOL, { now: NOW_SEC - 299, markPrice: 70_000 });
    await publish(governor, execute('p1', { ...ENTRY, qty: '0.01', entry_price: '' }));
    expect(await governor.permit('p1')).toMatchObject({ computed_qty: 0.01, computed_notional: 700 });
  });

  it.each([
    ['production', 'daily_notional', []],
    ['testnet', 'permit', ['{kind="notional_unknown"} 1']],
  ])('injector, a stale mark price: in %s the outcome is %s', async (APPLY_MODE, outcome, errors) => {
    const governor = await harness(redis(), { APPLY_MODE });
    await putPosition(redis(), SYMBOL, { now: NOW_SEC - 301, markPrice: 70_000 });
    await publish(governor, execute('p1', INJECTED));
    expect(await governor.outcome('p1')).toBe(outcome);
    expect(await governor.metrics('p32_errors_total')).toEqual(errors);
  });

  it('a stated notional counts; one that cannot be read is unknown, and counted', async () => {
    const governor = await harness(redis(), { APPLY_MODE: 'production' });
    await publish(governor, execute('p1', { ...INJECTED, price: '9', notional_usd: '75.5' }));
    expect(await governor.permit('p1')).toMatchObject({ computed_notional: 75.5 });
    await publish(governor, execute('p2', { ...INJECTED, symbol: 'ETHUSDT', price: '9', notional_usd: 'many' }));
    expect(await governor.outcome('p2')).toBe('daily_notional');
    expect(await governor.metrics('p32_errors_total')).toEqual(['{kind="unreadable_field"} 1']);
  });

  it('a stated notional of 0 is unknown: production refuses it, whatever quantity and price say', async () => {
    const governor = await harness(redis(), { APPLY_MODE: 'production' });
    await publish(governor, execute('p1', { ...INJECTED, price: '9', notional_usd: '0' }));
    expect(await governor.block('p1')).toMatchObject({ reason: 'daily_notional', notional_usd: 'unknown' });
    expect(await governor.metrics('p32_errors_total')).toEqual(['{kind="unreadable_field"} 1']);
  });

  it('a stated notional of 0 passes in testnet, and the limit of the day holds for the next plan', async () => {
    const governor = await harness(redis(), { GOV_SYMBOL_COOLDOWN_SECONDS: '0', GOV_MAX_EXEC_PER_5MIN: '3' });
    await publish(governor, execute('p1', { ...INJECTED, notional_usd: '4000' }));
    await publish(governor, execute('p2', { ...INJECTED, price: '9', notional_usd: '0.0' }));
    expect(await governor.permit('p2')).toMatchObject({ computed_notional: 0 });
    const errors = ['{kind="notional_unknown"} 1', '{kind="unreadable_field"} 1'];
    expect(await governor.metrics('p32_errors_total')).toEqual(errors);
    await publish(governor, execute('p3', { ...INJECTED, notional_usd: '1000.01' }));
    const numbers = { notional_usd: 1000.01, day_notional_usd: 4000 };
    expect(await governor.block('p3')).toMatchObject({ reason: 'daily_notional', ...numbers });
  });

  it.each([
    ['side CLOSE alone closes nothing', { ...ENTRY, side: 'CLOSE' }, 'hourly_rate'],
    [
      'a close by its action that is larger than the position opens',
      { action: 'FULL_CLOSE_PROPOSED', qty: '0.5' },
      'hourly_rate',
    ],
    ['a close by its action that is not larger closes', { action: 'FULL_CLOSE_PROPOSED', qty: '0.4' }, 'permit'],
  ])('%s', async (_name, fields, outcome) => {
    const governor = await harness(redis(), { GOV_MAX_EXEC_PER_HOUR: '0' });
    await putPosition(redis(), SYMBOL, { now: NOW_SEC, positionAmt: -0.4, markPrice: 70_000 });
    await publish(governor, execute('p1', fields));
    expect(await governor.outcome('p1')).toBe(outcome);
  });
});

describe('shapes that ask for nothing', () => {
  it.each([
    ['SKIP', 'SKIP', { plan_id: 'p1', symbol: SYMBOL, action: 'HOLD', decision: 'SKIP', kill_score: '0.2' }],
    ['BLOCKED', 'BLOCKED', { plan_id: 'p1', symbol: SYMBOL, action: 'FULL_CLOSE_PROPOSED', decision: 'BLOCKED' }],
    ['ERROR', 'ERROR', { plan_id: 'p1', symbol: SYMBOL, action: 'HOLD', decision: 'ERROR' }],
    ['lockdown', 'HALT', { plan_id: 'LOCKDOWN', symbol: 'ALL', action: 'LOCKDOWN_HALT', decision: 'HALT' }],
    [
      'reconcile',
      'RECONCILE_CLOSE',
      { plan_id: 'p1', symbol: SYMBOL, decision: 'RECONCILE_CLOSE', qty: '1', reduceOnly: 'true', ts: `${NOW}000` },
    ],
  ])('are acknowledged and counted: %s', async (_name, decision, fields) => {
    const governor = await harness(redis());
    await publish(governor, fields);
    expect(await governor.outcome(fields.plan_id)).toBe('none');
    expect(await governor.metrics('p32_plans_skipped_total')).toEqual([`{decision="${decision}"} 1`]);
    expect(await governor.deadLetters()).toEqual([]);
  });

  it.each<[string, string, Fields]>([
    ['old nested payload', 'invalid_plan_id', { payload: '{"plan_id":"p1","symbol":"BTCUSDT","decision":"EXECUTE"}' }],
    ["another team's permit p33", 'invalid_plan_id', execute('p33:p1', { qty: '1' })],
    ["another team's permit p26", 'invalid_plan_id', execute('p26:p1', { qty: '1' })],
    ['symbol with a blank before it', 'invalid_symbol', execute('p1', { symbol: ' BTCUSDT' })],
    ['symbol with a blank behind it', 'invalid_symbol', execute('p1', { symbol: 'BTCUSDT ' })],
    ['open of an unreadable quantity', 'invalid_qty', execute('p1', { qty: 'all' })],
    ['open of an unreadable price', 'invalid_price', execute('p1', { qty: '1', price: 'market' })],
  ])('are dead-lettered: %s', async (_name, reason, fields) => {
    const governor = await harness(redis());
    const id = await publish(governor, fields);
    const raw = { ...fields, timestamp: String(NOW_SEC) }; // the dead letter's own time comes last
    expect(await governor.deadLetters()).toEqual([expect.objectContaining({ ...raw, entry_id: id, reason })]);
  });
});

describe('an id that is ahead of the clock of Redis', () => {
  async function ahead(fields: Fields): Promise<Harness> {
    const governor = await harness(redis());
    const serverSec = (await serverTimeMs(redis())) / 1000;
    governor.clock.advanceSec(serverSec - governor.clock.wallSec());
    const timestamp = fields['timestamp'] && String(serverSec + Number(fields['timestamp']));
    await publish(
      governor,
      execute('p1', { ...fields, timestamp: timestamp ?? '' }),
      `${Math.round((serverSec + 120) * 1000)}-0`,
    );
    return governor;
  }
  const OPEN = { action: 'OPEN', qty: '0.001', price: '50000' };

  it.each<[string, Fields, string]>([
    ['a fresh timestamp', { ...OPEN, timestamp: '-1' }, 'permit'],
    ['an old timestamp', { ...OPEN, timestamp: '-300' }, 'plan_age'],
    ['no timestamp', OPEN, 'plan_age'],
    ['a timestamp that is far ahead, too', { ...OPEN, timestamp: '3600' }, 'plan_age'],
    ['no timestamp, but closing', { ...OPEN, reduceOnly: 'true' }, 'permit'],
  ])('with %s', async (_name, fields, outcome) => {
    const governor = await ahead(fields);
    expect(await governor.outcome('p1')).toBe(outcome);
    expect(await governor.metrics('p32_errors_total')).toEqual(['{kind="id_ahead"} 1']);
  });
});
