import { describe, expect, it } from '@jest/globals';
import { sha256 } from '@quantum/policy';
import { verifyAudit } from '@quantum/rollout-commands';
import { KILL_KEY, ROLLOUT_EPOCH_KEY, rolloutMultiplierKey, STREAMS, targetKey } from '@quantum/redis-schemas';
import {
  auditOf,
  useDesk,
  type Desk,
  eventsOf,
  multiplierOf,
  planOf,
  replayed,
  send,
  stateOf,
} from './test-rollout.test-support.js';

let desk: Desk;
useDesk((given) => (desk = given));
const multipliers = async (): Promise<(string | undefined)[]> => {
  const found = await Promise.all(['A', 'B', 'C'].map((symbol) => multiplierOf(desk.redis, symbol)));
  return found.map(({ multiplier }) => multiplier);
};
const epoch = () => desk.redis.get(ROLLOUT_EPOCH_KEY);

describe('a rollout', () => {
  it('publishes nothing before a plan is started', async () => {
    await desk.cycles(3);
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'off', plan: '' });
    expect(await multipliers()).toEqual([undefined, undefined, undefined]);
    expect(await epoch()).toBeNull();
  });

  it('goes through its stages, and ends with the blend of the last', async () => {
    const hash = await desk.start();
    const state = await stateOf(desk.redis);
    expect(state).toMatchObject({ name: 'baking', stage: 0, plan: hash });
    expect(await epoch()).toBe(String(state.epoch));
    expect(await multipliers()).toEqual(['0.99', undefined, undefined]);
    await desk.until('done');
    const { time, redis } = desk;
    await desk.cycles();
    expect(await multiplierOf(redis, 'A')).toMatchObject({
      multiplier: '0.95', proposed_multiplier: '0.9', blend: '0.5', direction: 'down_only', plan: hash, stage: 'full',
      policy: '0123456789ab', epoch: String(state.epoch), ts_epoch: String(time.sec), expires_at: String(time.sec + 30), reason: 'stage',
    }); // prettier-ignore
    expect(await redis.pexpiretime(rolloutMultiplierKey('A'))).toBe((time.sec + 30) * 1000);
    const events = (await eventsOf(redis)).filter((event) => event !== 'slew');
    expect(events).toEqual(['submit', 'start', 'advance', 'advance', 'advance']);
    const audit = await auditOf(redis);
    expect(verifyAudit(audit, sha256)).toMatchObject({ ok: true });
    expect(await replayed(redis, planOf().plan)).toMatchObject({
      verified: audit.length, unverified: [], differences: [], evidence: { unreadable: [], differences: [], superseded: 0 },
    }); // prettier-ignore
    expect(await redis.hgetall(targetKey('A'))).toEqual({ target_usd: '1000', timestamp: String(time.sec) });
    expect(await desk.rollout.metric('rollout_symbols')).toBe(2);
    expect(await desk.rollout.metric('rollout_state', { state: 'done' })).toBe(1);
  });

  it('needs the approvals of a stage, and none of the proposer', async () => {
    const stages = [
      { name: 'pilot', cohorts: ['pilot'], blend: 0.2, direction: 'down_only', minHours: 0.01, minPeriods: 0, approvals: 1, require: 'none' },
    ]; // prettier-ignore
    const plan = planOf({ stages });
    await desk.start(plan);
    const approve = ['approve', 'plan', plan.hash, 'stage', 'pilot', 'evidence', '0-0'];
    await send(desk.redis, desk.time, 'ana', ...approve);
    await send(desk.redis, desk.time, 'ben', ...approve);
    await send(desk.redis, desk.time, 'ana', 'start', 'plan', plan.hash);
    await send(desk.redis, desk.time, 'ana', 'dance');
    await desk.cycles();
    expect(await eventsOf(desk.redis)).toEqual(expect.arrayContaining([
      'start: not_approved', 'approve: own_plan', 'approve', 'start', 'dance: unknown_command',
    ])); // prettier-ignore
    expect((await stateOf(desk.redis)).name).toBe('baking');
  });

  it('keeps the multiplier of a missing proposal until the freshness limit, then goes to the base', async () => {
    await desk.start();
    await desk.cycles(2);
    const before = await multipliers();
    desk.markets['A'] = { isScored: false };
    await desk.cycles(30); // scores count for 300 s
    expect(await multipliers()).toEqual(before);
    await desk.cycles();
    expect(await multipliers()).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['price', { price: NaN }],
    ['proposal', { multiplier: NaN }],
  ])('goes to the base of a symbol whose %s is no number, after the freshness limit', async (_what, market) => {
    await desk.start();
    await desk.cycles(2);
    desk.markets['A'] = market;
    await desk.cycles(5);
    expect((await multipliers())[0]).toBeDefined();
    await desk.cycles(30);
    expect((await multipliers())[0]).toBeUndefined();
  });

  it('excludes a symbol at once', async () => {
    await desk.start();
    await send(desk.redis, desk.time, 'ben', 'exclude', 'symbols', '["A"]');
    await desk.cycles();
    expect(await multipliers()).toEqual([undefined, undefined, undefined]);
  });

  it('holds while a symbol violates its budget, and goes on after ten fresh cycles', async () => {
    await desk.start();
    await desk.cycles(2);
    const violation = { symbol: 'A', over_budget: true, timestamp: desk.time.sec };
    await desk.redis.xadd(STREAMS.budgetViolation, `${desk.time.sec * 1000}-0`, 'json', JSON.stringify(violation));
    await desk.cycles();
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'holding', holdCause: 'guard' });
    const held = await multipliers();
    await desk.cycles(11);
    expect(await multipliers()).toEqual(held);
    await desk.cycles(2);
    expect((await stateOf(desk.redis)).name).toBe('baking');
  });
});

describe('enforcement ends', () => {
  it('by a rollback: no key, another epoch', async () => {
    await desk.start();
    await desk.cycles(2);
    const before = Number(await epoch());
    await send(desk.redis, desk.time, 'ben', 'rollback');
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('rolled_back');
    expect(Number(await epoch())).toBe(before + 1);
    expect(await multipliers()).toEqual([undefined, undefined, undefined]);
    await desk.cycles(5);
    expect(await multipliers()).toEqual([undefined, undefined, undefined]);
    expect(await desk.rollout.metric('rollout_keys_left')).toBe(0);
  });

  it('by a rollback at the next cycle, whatever its author gave before', async () => {
    await desk.start();
    for (let i = 0; i < 900; i += 1) await send(desk.redis, desk.time, 'ben', 'exclude', 'symbols', '["B"]');
    await send(desk.redis, desk.time, 'ben', 'rollback');
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('rolled_back');
    expect(await multipliers()).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['as it is', {}],
    ['of an earlier lease', { fence: '0:p' }],
  ])('by a rollback that a guard demands: another program writes a multiplier, its fence %s', async (_what, fence) => {
    await desk.start();
    await desk.cycles(2);
    await desk.redis.hset(rolloutMultiplierKey('A'), { multiplier: '0.5', ...fence });
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('rolled_back');
    expect(await multipliers()).toEqual([undefined, undefined, undefined]);
  });

  it('by a rollback, where a multiplier of a symbol outside of the plan appears', async () => {
    await desk.start();
    await desk.cycles(2);
    await desk.redis.hset(rolloutMultiplierKey('C'), 'multiplier', '0.5', 'fence', '1:x');
    await desk.redis.hset(rolloutMultiplierKey('D'), 'multiplier', '0.5');
    await desk.cycles(2);
    expect((await stateOf(desk.redis)).name).toBe('rolled_back');
    expect(await multipliers()).toEqual([undefined, undefined, undefined]);
    expect(await multiplierOf(desk.redis, 'D')).toEqual({});
  });

  it('by INCR of the epoch, until a person clears it', async () => {
    await desk.start();
    await desk.cycles(2);
    await desk.redis.incr(ROLLOUT_EPOCH_KEY);
    const killed = await epoch();
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('killed');
    expect(await epoch()).toBe(killed);
    expect(await multipliers()).toEqual([undefined, undefined, undefined]);
    await desk.redis.incr(ROLLOUT_EPOCH_KEY); // repeated until WAIT confirms it
    await desk.cycles();
    await send(desk.redis, desk.time, 'ana', 'clear');
    await desk.cycles(2);
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'off', epoch: Number(killed) + 1 });
    expect(await epoch()).toBe(String(Number(killed) + 1));
  });

  it('by the kill switch, under a new epoch', async () => {
    await desk.start();
    await desk.cycles(2);
    const before = Number(await epoch());
    await desk.redis.set(KILL_KEY, '1');
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('killed');
    expect(Number(await epoch())).toBe(before + 1);
    expect(await multipliers()).toEqual([undefined, undefined, undefined]);
  });

  it('by a kill switch that cannot be read', async () => {
    await desk.start();
    await desk.redis.lpush(KILL_KEY, 'x');
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('killed');
  });

  it('where the epoch is lost, and stays so', async () => {
    await desk.start();
    await desk.redis.del(ROLLOUT_EPOCH_KEY);
    await desk.cycles(2);
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'killed', epoch: null });
    expect(await epoch()).toBeNull();
  });
});
