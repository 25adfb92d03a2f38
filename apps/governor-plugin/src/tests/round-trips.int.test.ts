import { describe, expect, it } from '@jest/globals';
import { efficiencyHint, type PermitDecorator } from '@quantum/permit-decorators';
import { hintStep, loadPolicy } from '@quantum/policy';
import { efficiencyKey, ROLLOUT_EPOCH_KEY, rolloutMultiplierKey } from '@quantum/redis-schemas';
import { loadConfig } from '@quantum/service-kit';
import { putTarget, serverTimeMs, useRedis } from '@quantum/testing';
import { countBatches } from './batches.test-support.js';
import { governorDefinition } from '../config.js';
import { harness, NOW_SEC, type Harness } from './governor-harness.test-support.js';

const { redis } = useRedis();
const hint = efficiencyHint(loadPolicy(undefined, hintStep(loadConfig(governorDefinition, {}).config)));

/** What serving ten plans costs: batches, which are one round trip each, and hashes that are read. */
async function costOf({ decide }: Harness, prefix: string, more: object = {}) {
  await decide({ planId: `${prefix}-warm`, ...more }); // the scripts are loaded
  const plans = Array.from({ length: 10 }, (_, i) => ({ planId: `${prefix}${i}`, symbol: `${prefix}${i}`, ...more }));
  await redis().config('RESETSTAT');
  const batches = countBatches(redis());
  await decide(...plans);
  const roundTrips = batches();
  const stats = await redis().info('commandstats');
  const hashReads = Number(/cmdstat_hmget:calls=(\d+)/.exec(stats)?.[1]);
  return { roundTrips, hashReads };
}

describe('the effective target of the cap', () => {
  const EFFECTIVE = { GOV_ALLOCATION_TARGET: 'effective' };

  it('has its reads in the pipeline of the gates: no round trip is added', async () => {
    for (let i = 0; i < 10; i++) await redis().hset(rolloutMultiplierKey(`eff${i}`), 'multiplier', '1');
    const live = await costOf(await harness(redis()), 'live');
    const effective = await costOf(await harness(redis(), EFFECTIVE), 'eff');
    expect(live.roundTrips).toBe(4);
    expect(effective).toEqual({ roundTrips: 4, hashReads: live.hashReads + 10 });
  });

  it('adds no read to exits', async () => {
    for (let i = 0; i < 10; i++) await redis().hset(rolloutMultiplierKey(`eff${i}`), 'multiplier', '1');
    const live = await costOf(await harness(redis()), 'live', { reduceOnly: 'true' });
    expect(await costOf(await harness(redis(), EFFECTIVE), 'eff', { reduceOnly: 'true' })).toEqual(live);
  });
});

describe('the multiplier of a rollout', () => {
  it('is read once for plans that wait, anew for one that came after it was read, and its epoch every time', async () => {
    const free = { GOV_SYMBOL_COOLDOWN_SECONDS: '0', GOV_MAX_EXEC_PER_HOUR: '9', GOV_MAX_EXEC_PER_5MIN: '9' };
    const env = { ...free, GOV_ALLOCATION_TARGET: 'effective' };
    const { plan, consumer, clock, serveEntries, record } = await harness(redis(), env);
    const serveOne = async () => serveEntries(await consumer.readNew(1, 1));
    const key = rolloutMultiplierKey('BTCUSDT');
    const inAMinute = Math.floor((await serverTimeMs(redis())) / 1000) + 60;
    await redis().hset(key, { multiplier: '0.1', direction: 'both', epoch: '7', expires_at: inAMinute });
    await redis().set(ROLLOUT_EPOCH_KEY, '7');
    await putTarget(redis(), 'BTCUSDT', { now: NOW_SEC, mode: 'enforce', targetUsd: 1e9 });
    for (const planId of ['p1', 'p2', 'p3']) await plan({ planId });
    await serveOne();
    await redis().hset(key, 'multiplier', '0.2');
    await serveOne();
    await redis().incr(ROLLOUT_EPOCH_KEY);
    await serveOne();
    await redis().decr(ROLLOUT_EPOCH_KEY);
    for (const planId of ['p4', 'p5', 'p6']) await plan({ planId });
    await serveOne();
    await redis().hset(key, 'multiplier', '0.3');
    await serveOne();
    clock.advanceSteadySec(1);
    await serveOne();
    const used = async (id: string) => {
      const { allocation_multiplier: value, allocation_multiplier_why: why } = (await record(id))?.inputs ?? {};
      return [value, why];
    };
    expect(await Promise.all(['p1', 'p2', 'p3', 'p4', 'p5', 'p6'].map(used))).toEqual([
      [0.1, 'ok'], [0.1, 'ok'], [1, 'epoch'], [0.2, 'ok'], [0.2, 'ok'], [0.3, 'ok'],
    ]); // prettier-ignore
  });
});

describe('a permit decorator', () => {
  it('has its reads in the pipeline of the gates: no round trip is added', async () => {
    const bare = await costOf(await harness(redis(), {}, []), 'bare');
    const hinted = await costOf(await harness(redis(), {}, [hint]), 'hinted');
    // Read the group, read state, reserve and record, acknowledge.
    expect(bare.roundTrips).toBe(4);
    expect(hinted).toEqual({ roundTrips: 4, hashReads: bare.hashReads + 10 });
  });

  it('reads a symbol once for plans that wait, anew for one that came after it was read, and after a second', async () => {
    const free = { GOV_SYMBOL_COOLDOWN_SECONDS: '0', GOV_MAX_EXEC_PER_HOUR: '9', GOV_MAX_EXEC_PER_5MIN: '9' };
    const { plan, consumer, clock, serveEntries, permit, outcome } = await harness(redis(), free, [hint]);
    const setScore = (score: string) =>
      redis().hset(efficiencyKey('BTCUSDT'), { efficiency_score: score, confidence: '0.9', ts: String(NOW_SEC) });
    const serveOne = async () => serveEntries(await consumer.readNew(1, 1));
    await setScore('0.1');
    for (const planId of ['p1', 'p2', 'p3']) await plan({ planId });
    await serveOne();
    await setScore('0.2');
    await serveOne();
    for (const planId of ['p4', 'p5', 'p6', 'p7']) await plan({ planId });
    await serveOne();
    await serveOne();
    await setScore('0.3');
    await serveOne();
    clock.advanceSteadySec(1);
    await serveOne();
    await putTarget(redis(), 'BTCUSDT', { now: NOW_SEC, mode: 'enforce', targetUsd: 1 }); // what gates read is never kept
    await serveOne();
    const scoreOf = async (id: string) => (await permit(id))?.eff_score;
    const scores = await Promise.all(['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7'].map(scoreOf));
    expect(scores).toEqual(['0.1000', '0.1000', '0.1000', '0.2000', '0.2000', '0.3000', undefined]);
    expect(await outcome('p7')).toBe('allocation_cap');
  });

  it('shares a read that another one asks for too', async () => {
    const one = await costOf(await harness(redis(), {}, [hint]), 'one');
    expect(await costOf(await harness(redis(), {}, [hint, hint]), 'two')).toEqual(one);
  });

  it.each(['reads', 'annotate'] as const)('that throws in %s costs its own fields, nothing else', async (where) => {
    const broken: PermitDecorator<object> = {
      name: 'broken',
      neutral: {},
      reads: () => [],
      annotate: () => ({ fields: {}, inputs: {} }),
      [where]: () => {
        throw new Error('a mistake');
      },
    };
    const { decide, permit, metrics } = await harness(redis(), {}, [broken, hint]);
    await decide({ planId: 'p1' });
    expect(await permit('p1')).toMatchObject({ eff_reason: 'missing_eff' });
    expect(await metrics('p32_errors_total')).toEqual(['{kind="decorator"} 1']);
  });

  it('whose reads are no list costs its own fields, nothing else', async () => {
    const broken = {
      name: 'broken',
      neutral: {},
      reads: () => new Set(),
      annotate: () => ({ fields: {}, inputs: {} }),
    };
    const { decide, permit } = await harness(redis(), {}, [broken as unknown as PermitDecorator<object>, hint]);
    await decide({ planId: 'p1' });
    expect(await permit('p1')).toMatchObject({ granted: true, eff_reason: 'missing_eff' });
  });

  it('cannot change what was granted, nor the inputs of the gates', async () => {
    const forged = { granted: false, symbol: 'X', consumed: true, would_block: ['kill_switch'], mode: 'production' };
    const forger = {
      ...hint,
      annotate: (context) => {
        const { fields, inputs } = hint.annotate(context);
        return { fields: { ...fields, ...forged }, inputs: { ...inputs, closing: 'forged' } };
      },
    } as PermitDecorator<object>;
    const { decide, permit, record } = await harness(redis(), {}, [forger]);
    await decide({ planId: 'p1' });
    expect(await permit('p1')).toMatchObject({ granted: true, symbol: 'BTCUSDT', consumed: false, would_block: [], mode: 'testnet' }); // prettier-ignore
    expect((await record('p1'))?.inputs).toMatchObject({ closing: false });
  });
});
