import { describe, expect, it } from '@jest/globals';
import { permitJson, readRecord } from '@quantum/decisions';
import { decidedKey, efficiencyKey, permitKey, type Permit } from '@quantum/redis-schemas';
import { expectTtl, putEfficiency, putPosition, serverTimeMs, useRedis, type EfficiencyInput } from '@quantum/testing';
import { harness, NOW_SEC } from '../tests/governor-harness.test-support.js';

const { redis } = useRedis();

const GRANT: Permit = {
  granted: true,
  symbol: 'BTCUSDT',
  decision: 'EXECUTE',
  computed_qty: 0.01,
  computed_notional: 500,
  created_at: NOW_SEC,
  consumed: false,
  eff_score: '',
  eff_confidence: '',
  eff_stale: '0',
  eff_factor: '1.0000',
  downsize_factor: '1.0000',
  eff_action: 'NONE',
  eff_reason: 'missing_eff',
  extra_cooldown_sec: '0',
  would_block: [],
  mode: 'testnet',
  policy: '4bd977d42c9c',
};

const DOWNSIZED: Partial<Permit> = {
  eff_score: '0.2000',
  eff_confidence: '0.900',
  eff_factor: '0.4444',
  downsize_factor: '0.4444',
  eff_action: 'DOWNSIZE',
  eff_reason: 'ok',
  extra_cooldown_sec: '96',
};

const put = (input: Partial<EfficiencyInput>) => putEfficiency(redis(), 'BTCUSDT', { now: NOW_SEC, ...input });

describe('the permit', () => {
  it.each<[string, Partial<EfficiencyInput>, Partial<Permit>]>([
    ['low score', { score: 0.2 }, DOWNSIZED],
    ['lowest score', { score: 0 }, { ...DOWNSIZED, eff_score: '0.0000', eff_factor: '0.2500', downsize_factor: '0.2500', extra_cooldown_sec: '120' }], // prettier-ignore
    ['score at the threshold', { score: 0.45 }, { eff_score: '0.4500', eff_confidence: '0.900', eff_reason: 'ok' }],
    ['high score', { score: 0.8 }, { eff_score: '0.8000', eff_confidence: '0.900', eff_reason: 'ok' }],
    ['low confidence', { score: 0.2, confidence: 0.3 }, { eff_score: '0.2000', eff_confidence: '0.300', eff_reason: 'low_conf' }],
    ['age at the limit', { score: 0.2, ts: NOW_SEC - 600 }, DOWNSIZED],
    ['stale', { score: 0.2, ts: NOW_SEC - 600.5 }, { eff_score: '0.2000', eff_confidence: '0.900', eff_stale: '1', eff_reason: 'stale_eff' }],
    ['a score that is no number', { score: 'nan' }, { eff_confidence: '0.900', eff_reason: 'invalid_eff' }],
    ['a score out of range', { score: 1.5 }, { eff_confidence: '0.900', eff_reason: 'invalid_eff' }],
    ['a time in milliseconds', { score: 0.2, ts: NOW_SEC * 1000 }, { eff_score: '0.2000', eff_confidence: '0.900', eff_reason: 'invalid_eff' }],
    ['no confidence', { score: 0.2, confidence: null }, { eff_score: '0.2000', eff_reason: 'invalid_eff' }],
  ])('has every field exactly: %s', async (_name, efficiency, expected) => {
    const sinceMs = await serverTimeMs(redis());
    const { decide, permit } = await harness(redis());
    await put(efficiency);
    await decide({ planId: 'p1' });
    expect(await permit('p1')).toEqual({ ...GRANT, ...expected });
    await expectTtl(redis(), permitKey('p1'), 60, sinceMs);
  }); // prettier-ignore

  it('says missing_eff without a reading, redis_error for a key of another type, and is granted all the same', async () => {
    const { decide, permit } = await harness(redis());
    await redis().set(efficiencyKey('ETHUSDT'), 'no hash');
    await decide({ planId: 'p1' }, { planId: 'p2', symbol: 'ETHUSDT' });
    expect(await permit('p1')).toEqual(GRANT);
    expect(await permit('p2')).toEqual({ ...GRANT, symbol: 'ETHUSDT', eff_reason: 'redis_error' });
  });

  it('follows from its record, to the byte, where characters take more than one', async () => {
    const { decide } = await harness(redis());
    const plans = ['BTCUSDT', 'ÉΩ😀', '"\\/'].map((symbol, i) => ({ planId: `p${i}`, symbol }));
    await decide(...plans);
    for (const { planId, symbol } of plans) {
      const [record, permit] = await redis().mget(decidedKey(planId), permitKey(planId));
      const { permit: recorded, inputs } = readRecord(record ?? '')!;
      expect(JSON.parse(permitJson(recorded!, inputs))).toEqual(JSON.parse(permit ?? ''));
      expect(JSON.parse(permit ?? '')).toMatchObject({ granted: true, symbol });
    }
  });

  it.each([{ action: 'PARTIAL_50' }, { action: 'FULL_CLOSE_PROPOSED' }, { reduceOnly: 'True' }])(
    'does not hint a closing plan smaller (%j), unless P31_HINT_CLOSES',
    async (closing) => {
      const { decide, permit } = await harness(redis());
      const old = await harness(redis(), { P31_HINT_CLOSES: 'true' });
      await put({ score: 0.2 });
      await decide({ planId: 'p1', ...closing });
      expect(await permit('p1')).toMatchObject({ ...DOWNSIZED, eff_factor: '1.0000', downsize_factor: '1.0000', eff_action: 'NONE', extra_cooldown_sec: '0' }); // prettier-ignore
      await old.decide({ planId: 'p2', ...closing });
      expect(await permit('p2')).toMatchObject(DOWNSIZED);
    },
  );

  it('takes the mark price where the plan has none, and 0 where nothing is known', async () => {
    const { decide, permit } = await harness(redis());
    await putPosition(redis(), 'ETHUSDT', { now: NOW_SEC, markPrice: 3000 });
    await decide(
      { planId: 'mark', symbol: 'ETHUSDT', qty: 1, price: '' },
      { planId: 'none', symbol: 'XRPUSDT', qty: 2, price: null },
      { planId: 'noqty', symbol: 'SOLUSDT', qty: '' },
      { planId: 'zero', symbol: 'ADAUSDT', qty: 0, price: '' },
    );
    expect(await permit('mark')).toMatchObject({ computed_qty: 1, computed_notional: 3000 });
    expect(await permit('none')).toMatchObject({ computed_qty: 2, computed_notional: 0 });
    expect(await permit('noqty')).toMatchObject({ computed_qty: 0, computed_notional: 0 });
    expect(await permit('zero')).toMatchObject({ computed_qty: 0, computed_notional: 0 });
  });

  it('is counted by action and reason, once', async () => {
    const { decide, metrics } = await harness(redis());
    await put({ score: 0.2 });
    await decide({ planId: 'p1' }, { planId: 'p2', symbol: 'ETHUSDT' });
    expect(await metrics('p32_eff_apply_total')).toEqual([
      '{action="DOWNSIZE",reason="ok"} 1',
      '{action="NONE",reason="missing_eff"} 1',
    ]);
    expect(await metrics('quantum_govern_allow_total')).toEqual(['{symbol="BTCUSDT"} 1', '{symbol="ETHUSDT"} 1']);
    expect(await metrics('p32_eff_factor')).toEqual(['{symbol="BTCUSDT"} 0.4444', '{symbol="ETHUSDT"} 1']);
  });
});
