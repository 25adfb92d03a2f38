import { describe, expect, it } from '@jest/globals';
import { replayDecision, readRecord, recordJson } from '@quantum/decisions';
import { targetFields } from '@quantum/effective-target';
import { gateSettings } from '@quantum/policy';
import { decidedKey, fieldsOf, multiplierHash, ROLLOUT_EPOCH_KEY, rolloutMultiplierKey } from '@quantum/redis-schemas';
import { loadConfig } from '@quantum/service-kit';
import { SOME_POLICY } from '@quantum/test-fixtures';
import { putTarget, serverTimeMs, useRedis } from '@quantum/testing';
import { governorDefinition } from '../config.js';
import { harness, NOW_SEC } from '../tests/governor-harness.test-support.js';

const { redis } = useRedis();
const SYMBOL = 'BTCUSDT';
const FREE = {
  GOV_SYMBOL_COOLDOWN_SECONDS: '0',
  GOV_MAX_EXEC_PER_HOUR: '99',
  GOV_MAX_EXEC_PER_5MIN: '99',
  GOV_MAX_NOTIONAL_PER_DAY_USD: '1e9',
};
const EFFECTIVE = { ...FREE, GOV_ALLOCATION_TARGET: 'effective' };
const EPOCH = 1763386800000;
const plan = (planId: string, usd: number, extra: Record<string, string> = {}) => ({
  planId,
  qty: usd / 100,
  price: 100,
  extra,
});
const target = (targetUsd: number, extra: Record<string, string> = {}) =>
  putTarget(redis(), SYMBOL, { now: NOW_SEC, mode: 'enforce', targetUsd, extra });

/**
 * Publishes a multiplier as a rollout does, with fields of it changed. Redis' own clock says whether it has expired.
 */
async function publish(multiplier: number, changes: Record<string, string> = {}): Promise<void> {
  const tsEpochSec = Math.floor((await serverTimeMs(redis())) / 1000);
  const fields = multiplierHash({
    multiplier, proposedMultiplier: multiplier, blend: 1, direction: 'both', plan: '0123456789ab', stage: 'all', policy: '4bd977d42c9c',
    epoch: EPOCH, fence: '1:a', tsEpochSec, expiresAtSec: tsEpochSec + 60, reason: 'stage',
  }); // prettier-ignore
  await redis().set(ROLLOUT_EPOCH_KEY, EPOCH);
  await redis().hset(rolloutMultiplierKey(SYMBOL), { ...fieldsOf(fields), ...changes });
}

describe('with GOV_ALLOCATION_TARGET=effective', () => {
  it('the cap is the base times the multiplier, also for opens of one batch', async () => {
    const { decide, outcome, block, record } = await harness(redis(), EFFECTIVE);
    await target(1000);
    await publish(0.6);
    await decide(plan('p1', 400), plan('p2', 250), plan('p3', 200));
    expect(await Promise.all(['p1', 'p2', 'p3'].map(outcome))).toEqual(['permit', 'allocation_cap', 'permit']);
    expect(await block('p2')).toMatchObject({
      position_usd: 0, in_flight_usd: 400, notional_usd: 250, target_usd: 600, base_target_usd: 1000, multiplier: 0.6,
    }); // prettier-ignore
    const used = { allocation_base_usd: 1000, allocation_multiplier: 0.6, allocation_multiplier_why: 'ok' };
    for (const id of ['p1', 'p2', 'p3'])
      expect((await record(id))?.inputs).toMatchObject({ allocation_target_usd: 1000, ...used });
  });

  it('a multiplier above 1 that may be raises it', async () => {
    const { decide, outcome } = await harness(redis(), EFFECTIVE);
    await target(1000);
    await publish(1.25);
    await decide(plan('p1', 1251), plan('p2', 1250));
    expect([await outcome('p1'), await outcome('p2')]).toEqual(['allocation_cap', 'permit']);
  });

  it('a target that P2.9 has multiplied itself is not multiplied twice', async () => {
    const { decide, outcome, block } = await harness(redis(), EFFECTIVE);
    await target(NaN, targetFields(1000, { multiplier: 0.5 }));
    await publish(0.5);
    await decide(plan('p1', 500), plan('p2', 1));
    expect([await outcome('p1'), await outcome('p2')]).toEqual(['permit', 'allocation_cap']);
    expect(await block('p2')).toMatchObject({ target_usd: 500, base_target_usd: 1000, multiplier: 0.5 });
  });

  it.each<[string, string, string | undefined, () => Promise<unknown>]>([
    ['of nothing published', 'absent', undefined, () => redis().del(rolloutMultiplierKey(SYMBOL))],
    ['that has expired', 'expired', 'old_multiplier', () => publish(0.5, { expires_at: String(NOW_SEC) })],
    ['of an epoch before', 'epoch', 'old_multiplier', () => redis().incr(ROLLOUT_EPOCH_KEY)],
    ['without an epoch in Redis', 'epoch', 'old_multiplier', () => redis().del(ROLLOUT_EPOCH_KEY)],
    ['that is no number', 'invalid', 'invalid_multiplier', () => publish(0.5, { multiplier: 'nan' })],
    ['above its limit', 'over_limit', 'invalid_multiplier', () => publish(1.5, { direction: 'down_only' })],
    ['of another type', 'unreadable', 'invalid_multiplier', () => redis().multi().del(rolloutMultiplierKey(SYMBOL)).set(rolloutMultiplierKey(SYMBOL), '0.5').exec()],
    ['whose epoch is of another type', 'unreadable', 'invalid_multiplier', () => redis().multi().del(ROLLOUT_EPOCH_KEY).rpush(ROLLOUT_EPOCH_KEY, EPOCH).exec()],
  ])('a multiplier %s is exactly 1', async (_what, why, kind, spoil) => {
    const { decide, outcome, record, metrics } = await harness(redis(), EFFECTIVE);
    await target(900, { base_target_usd: '1000' });
    await publish(0.5);
    await spoil();
    await decide(plan('p1', 1001), plan('p2', 1000));
    expect([await outcome('p1'), await outcome('p2')]).toEqual(['allocation_cap', 'permit']);
    const used = { allocation_base_usd: 1000, allocation_multiplier: 1, allocation_multiplier_why: why };
    expect((await record('p2'))?.inputs).toMatchObject(used);
    expect(await metrics('p32_errors_total')).toEqual(kind === undefined ? [] : [`{kind="${kind}"} 2`]);
  }); // prettier-ignore

  it('counts no multiplier where no target binds', async () => {
    const { decide, metrics } = await harness(redis(), EFFECTIVE);
    await putTarget(redis(), SYMBOL, { now: NOW_SEC, mode: 'shadow' });
    await publish(0.5, { multiplier: 'x' });
    await decide(plan('p1', 1));
    expect(await metrics('p32_errors_total')).toEqual([]);
  });

  it('a target that is no number binds nothing, whatever base it states', async () => {
    const { decide, outcome, record } = await harness(redis(), EFFECTIVE);
    await target(0, { target_usd: 'x', base_target_usd: '1' });
    await publish(0);
    await decide(plan('p1', 1000));
    expect(await outcome('p1')).toBe('permit');
    expect((await record('p1'))?.inputs).not.toHaveProperty('allocation_multiplier');
  });

  it('stops no exit, and reads no multiplier for one', async () => {
    const { decide, outcome, record } = await harness(redis(), EFFECTIVE);
    await target(1000);
    await publish(0);
    await decide({ ...plan('exit', 5000, { side: 'SELL' }), reduceOnly: 'true' });
    expect(await outcome('exit')).toBe('permit');
    expect((await record('exit'))?.inputs).not.toHaveProperty('allocation_multiplier');
    await decide(plan('open', 1));
    expect(await outcome('open')).toBe('allocation_cap');
  });

  it('decides again to the byte, and under live limits as P2.9’s own target says', async () => {
    const { decide } = await harness(redis(), EFFECTIVE);
    await target(1000);
    await publish(0.6);
    await decide(plan('p1', 700), plan('p2', 600));
    const [refused, permitted] = await Promise.all(['p1', 'p2'].map((id) => redis().get(decidedKey(id))));
    const again = (text: string | null | undefined, env: Record<string, string>) => {
      const settings = gateSettings(loadConfig(governorDefinition, env).config);
      const replayed = replayDecision(readRecord(text ?? '')!, { ...SOME_POLICY.governor, ...settings });
      return replayed.kind === 'decided' ? replayed.record : undefined;
    };
    for (const text of [refused, permitted]) expect(recordJson(again(text, EFFECTIVE)!)).toBe(text);
    expect([again(refused, FREE)?.outcome, again(permitted, FREE)?.outcome]).toEqual(['permit', 'permit']);
  });
});

it('with live targets no multiplier is read, recorded or counted', async () => {
  const { decide, outcome, block, record, metrics } = await harness(redis(), FREE);
  await target(500, { base_target_usd: '1000' });
  await publish(0.5, { multiplier: 'x' });
  await decide(plan('p1', 501), plan('p2', 500));
  expect([await outcome('p1'), await outcome('p2')]).toEqual(['allocation_cap', 'permit']);
  expect(await block('p1')).toEqual({
    reason: 'allocation_cap', timestamp: NOW_SEC, symbol: SYMBOL,
    position_usd: 0, in_flight_usd: 0, notional_usd: 501, target_usd: 500,
  }); // prettier-ignore
  const { inputs: { allocation } } = JSON.parse((await redis().get(decidedKey('p2')))!) as { inputs: { allocation: unknown } }; // prettier-ignore
  expect(allocation).toEqual([true, NOW_SEC, 500]);
  expect(Object.keys((await record('p2'))?.inputs ?? {})).not.toContain('allocation_multiplier');
  expect(await metrics('p32_errors_total')).toEqual([]);
});
