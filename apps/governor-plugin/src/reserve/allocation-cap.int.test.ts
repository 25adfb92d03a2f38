import { describe, expect, it } from '@jest/globals';
import { inFlightKey } from '@quantum/redis-schemas';
import { putPosition, putTarget, useRedis } from '@quantum/testing';
import { harness, NOW_SEC } from '../tests/governor-harness.test-support.js';

const { redis } = useRedis();
const SYMBOL = 'BTCUSDT';
const FREE = {
  GOV_SYMBOL_COOLDOWN_SECONDS: '0',
  GOV_MAX_EXEC_PER_HOUR: '99',
  GOV_MAX_EXEC_PER_5MIN: '99',
  GOV_MAX_NOTIONAL_PER_DAY_USD: '1e9',
};
const target = (targetUsd: number) => putTarget(redis(), SYMBOL, { now: NOW_SEC, mode: 'enforce', targetUsd });
/** A plan of this notional. */
const plan = (planId: string, usd: number, side = 'BUY') => ({ planId, qty: usd / 100, price: 100, extra: { side } });

describe('the allocation cap', () => {
  it('counts opens in flight, of one batch and of several, until the position can contain them', async () => {
    const { decide, outcome, block, clock } = await harness(redis(), FREE);
    await target(1000);
    await decide(plan('p1', 600), plan('p2', 600), plan('p3', 400));
    await decide(plan('p4', 1));
    expect(await Promise.all(['p1', 'p2', 'p3', 'p4'].map(outcome))).toEqual([
      'permit', 'allocation_cap', 'permit', 'allocation_cap',
    ]); // prettier-ignore
    expect(await block('p4')).toMatchObject({
      position_usd: 0,
      in_flight_usd: 1000,
      notional_usd: 1,
      target_usd: 1000,
    });

    clock.advanceSec(10);
    await putPosition(redis(), SYMBOL, { now: clock.wallSec(), positionAmt: 4, markPrice: 100 }); // 600 were not filled
    clock.advanceSec(1);
    await decide(plan('p5', 600), plan('p6', 1));
    expect([await outcome('p5'), await outcome('p6')]).toEqual(['permit', 'allocation_cap']);
  });

  it('forgets an open in flight after 120 s, and keeps none where no target binds', async () => {
    const { decide, outcome, clock } = await harness(redis(), FREE);
    await target(1000);
    await decide(plan('p1', 1000));
    clock.advanceSec(119.75);
    await decide(plan('p2', 1));
    clock.advanceSec(0.25);
    await decide(plan('p3', 1));
    expect([await outcome('p2'), await outcome('p3')]).toEqual(['allocation_cap', 'permit']);
    await putTarget(redis(), SYMBOL, { now: clock.wallSec(), mode: 'shadow', targetUsd: 1 });
    await decide(plan('p4', 1));
    expect(await redis().hexists(inFlightKey(SYMBOL), 'p4')).toBe(0);
  });

  it('lets a sell pass that reduces a position beyond the target, and holds one that turns it round and further', async () => {
    const { decide, outcome } = await harness(redis(), FREE);
    await target(100);
    await putPosition(redis(), SYMBOL, { now: NOW_SEC - 1, positionAmt: 5, markPrice: 100 });
    await decide(plan('over', 1), plan('reduces', 300, 'SELL'), plan('turns', 801, 'SHORT'), plan('unknown', 1, ''));
    expect(await Promise.all(['over', 'reduces', 'turns', 'unknown'].map(outcome))).toEqual([
      'allocation_cap', 'permit', 'allocation_cap', 'allocation_cap',
    ]); // prettier-ignore
  });

  it('takes a negative target for 0', async () => {
    const { decide, outcome } = await harness(redis(), FREE);
    await target(-250);
    await decide(plan('p1', 1));
    expect(await outcome('p1')).toBe('allocation_cap');
  });

  it.each([
    ['a stale mark', { tsEpoch: NOW_SEC - 300.5 }],
    ['a time in milliseconds', { tsEpoch: NOW_SEC * 1000 }],
    ['no mark', { markPrice: null }],
    ['an amount that is no number', { positionAmt: 'np.float64(1.0)' }],
  ])('passes, and counts, where the exposure is not known: %s', async (_name, position) => {
    const { decide, outcome, metrics } = await harness(redis(), FREE);
    await target(1);
    await putPosition(redis(), SYMBOL, { now: NOW_SEC, positionAmt: 5, markPrice: 100, ...position });
    await decide(plan('p1', 1));
    expect(await outcome('p1')).toBe('permit');
    expect(await metrics('p32_errors_total')).toEqual(['{kind="exposure_unknown"} 1']);
  });

  it('says in shadow what it would say, and stops nothing', async () => {
    const { decide, permit } = await harness(redis(), { ...FREE, GOV_GATE_ALLOCATION_CAP: 'shadow' });
    await target(1000);
    await decide(plan('p1', 600), plan('p2', 600));
    expect((await permit('p1'))?.would_block).toEqual([]);
    expect((await permit('p2'))?.would_block).toEqual(['allocation_cap']);
  });
});
