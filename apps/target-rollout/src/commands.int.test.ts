import { describe, expect, it } from '@jest/globals';
import {
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_LEASE_KEY,
  ROLLOUT_PERIOD_KEY,
  ROLLOUT_STATE_KEY,
} from '@quantum/redis-schemas';
import { parseDesk } from '@quantum/rollout-commands';
import { createTestRollout, useDesk, type Desk, eventsOf, planOf, send, stateOf } from './test-rollout.test-support.js';

let desk: Desk;
const own = useDesk((given) => (desk = given));

const stage = { direction: 'down_only', minHours: 0.01, minPeriods: 0, approvals: 1, require: 'none' };
/** Two stages, each with one approval. */
const PLAN = planOf({
  stages: [
    { ...stage, name: 'pilot', cohorts: ['pilot'], blend: 0.2 },
    { ...stage, name: 'full', cohorts: ['pilot', 'rest'], blend: 0.5 },
  ],
});
const give = (user: string, ...fields: string[]) => send(desk.redis, desk.time, user, ...fields);
const approve = (name: string, user = 'ben') =>
  give(user, 'approve', 'plan', PLAN.hash, 'stage', name, 'evidence', '0-0');
const approvals = async () => {
  const { approvals: given } = parseDesk((await desk.redis.hget(ROLLOUT_STATE_KEY, 'desk')) ?? '')!;
  return given.map(({ stage: name, user }) => `${name} ${user}`);
};
/** Starts the plan, both of whose stages were approved before. */
const startApproved = async () => {
  await desk.start(PLAN); // is not approved yet
  for (const name of ['pilot', 'full']) await approve(name);
  await desk.cycles();
  await give('ana', 'start', 'plan', PLAN.hash);
  await desk.cycles();
};

it('approvals that are too old hold until there are new ones, also after a restart and a resume', async () => {
  const plan = planOf({ approvalDays: 0.05, stages: [{ ...stage, minHours: 0.2, name: 'pilot', cohorts: ['pilot'], blend: 0.2 }] }); // prettier-ignore
  const approveIt = () => give('ben', 'approve', 'plan', plan.hash, 'stage', 'pilot', 'evidence', '0-0');
  await desk.start(plan);
  await approveIt();
  await desk.cycles();
  await give('ana', 'start', 'plan', plan.hash);
  await desk.until('done');
  await desk.redis.del(ROLLOUT_LEASE_KEY);
  desk.rollout.close();
  desk.rollout = await createTestRollout(own.server.url, desk.time, { process: 'other' });
  for (let i = 0; i < 4; i += 1) await desk.cycles(100);
  await give('ana', 'resume');
  await desk.cycles();
  expect((await eventsOf(desk.redis)).slice(-2)).toEqual(['revoke', 'resume: not_approved']);
  await approveIt();
  expect(await desk.until('baking')).toMatchObject({ stage: 0, bakedSec: 0 });
});

it('approvals that are too old do not begin the last stage', async () => {
  const stages = PLAN.plan.stages.map((each, i) => ({ ...each, minHours: i === 0 ? 1.5 : 24 }));
  const plan = planOf({ approvalDays: 0.05, stages });
  const approveIt = (name: string) => give('ben', 'approve', 'plan', plan.hash, 'stage', name, 'evidence', '0-0');
  await desk.start(plan);
  for (const name of ['pilot', 'full']) await approveIt(name);
  await desk.cycles();
  await give('ana', 'start', 'plan', plan.hash);
  await desk.cycles(700);
  expect(await stateOf(desk.redis)).toMatchObject({ name: 'ready', stage: 0 });
  await approveIt('full');
  await desk.cycles();
  expect(await stateOf(desk.redis)).toMatchObject({ name: 'baking', stage: 1 });
});

describe('approvals of a stage above the first', () => {
  it('given before the start count', async () => {
    await startApproved();
    expect(await desk.until('done')).toMatchObject({ stage: 1 });
  });

  it.each([
    ['a rollback', () => give('ben', 'rollback'), () => give('ana', 'retry')],
    ['a rollback by a guard', () => desk.redis.hset('quantum:rollout:multiplier:A', 'multiplier', '0.5'), () => give('ana', 'retry')],
    ['a kill', () => desk.redis.incr(ROLLOUT_EPOCH_KEY), async () => {
      await give('ana', 'clear');
      await desk.cycles();
      await give('ana', 'start', 'plan', PLAN.hash);
    }],
    ['another policy', () => {
      for (const [symbol, market] of Object.entries(desk.markets)) desk.markets[symbol] = { ...market, policy: 'aaaaaaaaaaaa' };
    }, () => undefined],
  ])('are void after %s: the next one needs them anew', async (_what, happen, goOn) => {
    await startApproved();
    await desk.until('done');
    await happen();
    await desk.cycles();
    expect(await approvals()).toEqual(['pilot ben']);
    await goOn();
    expect(await desk.until('ready')).toMatchObject({ stage: 0 });
    await desk.cycles(20);
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'ready', stage: 0 });
    await approve('full');
    expect(await desk.until('done')).toMatchObject({ stage: 1 });
  }); // prettier-ignore

  it('are void, with those of the first, where Redis has an older state than was stored', async () => {
    await startApproved();
    const slot = [ROLLOUT_STATE_KEY, ROLLOUT_EPOCH_KEY, ROLLOUT_PERIOD_KEY, ROLLOUT_AUDIT_STREAM];
    const before = await Promise.all(slot.map(async (key) => [key, await desk.redis.dumpBuffer(key)] as const));
    await give('ana', 'rollback');
    await desk.cycles();
    for (const [key, dump] of before) await desk.redis.restore(key, 0, dump, 'REPLACE');
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('killed');
    expect(await approvals()).toEqual([]);
  });

  it('are void for the plan that another one replaces', async () => {
    await startApproved();
    const other = planOf({ name: 'other' });
    await give('ana', 'submit', 'plan_json', other.text);
    await give('ana', 'start', 'plan', other.hash);
    await desk.cycles();
    expect((await stateOf(desk.redis)).plan).toBe(other.hash);
    expect(await approvals()).toEqual(['pilot ben']);
  });

  it('count if they are given after a rollback, also in its cycle', async () => {
    await startApproved();
    await give('ben', 'rollback');
    await approve('full');
    await desk.cycles();
    expect(await approvals()).toEqual(['pilot ben', 'full ben']);
    expect((await eventsOf(desk.redis)).slice(-2)).toEqual(['rollback', 'approve']);
  });
});

describe('approvals of a user', () => {
  /** The rollout is restarted with these users. */
  const restart = async (users: string[]) => {
    desk.rollout.close();
    desk.rollout = await createTestRollout(own.server.url, desk.time, { users, process: 'other' });
    await desk.redis.del(ROLLOUT_LEASE_KEY);
    await desk.cycles();
  };

  it('do not advance a stage once the user is not listed', async () => {
    await desk.start(PLAN); // is not approved yet
    await approve('pilot', 'cat');
    await restart(['ana', 'ben', 'cat']);
    await give('ben', 'approve', 'plan', PLAN.hash, 'stage', 'full', 'evidence', '0-0');
    await desk.cycles();
    await give('ana', 'start', 'plan', PLAN.hash);
    await desk.cycles();
    expect(await approvals()).toEqual(['pilot cat', 'full ben']);
    await restart(['ana', 'cat']);
    expect(await desk.redis.hget(ROLLOUT_STATE_KEY, 'users')).toBe('ana,cat');
    await desk.until('ready');
    await desk.cycles(20);
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'ready', stage: 0 });
    await restart(['ana', 'ben']);
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'holding', holdCause: 'approval' });
  });
});

describe('a command that goes on', () => {
  const seen = async () => {
    const { epoch, plan } = await stateOf(desk.redis);
    return ['plan', plan, 'epoch', String(epoch)];
  };
  const last = async () => (await eventsOf(desk.redis)).filter((event) => event !== 'slew').at(-1);

  it('does not undo a hold that its author has not seen', async () => {
    await desk.start();
    await desk.until('done');
    await give('ana', 'hold', 'reason', 'exchange incident');
    await give('ben', 'resume', ...(await seen()), 'seen', 'holding_guard');
    await desk.cycles();
    expect(await last()).toBe('resume: other_state');
    expect(await stateOf(desk.redis)).toMatchObject({ name: 'holding', holdCause: 'command' });
    await give('ben', 'resume', ...(await seen()), 'seen', 'holding_command');
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).not.toBe('holding');
  });

  it('does not undo a reduce_only that its author has not seen', async () => {
    await desk.start();
    await give('ana', 'rollback');
    await desk.cycles();
    const before = await seen();
    await give('ana', 'retry');
    await desk.cycles(3);
    await give('ana', 'reduce_only');
    await give('ben', 'retry', ...before, 'seen', 'rolled_back');
    await desk.cycles();
    expect(await last()).toBe('retry: other_state');
    expect((await stateOf(desk.redis)).name).toBe('reduce_only');
  });

  it('does not undo a kill that its author has not seen, where there was no epoch', async () => {
    await desk.start();
    await desk.redis.del(ROLLOUT_EPOCH_KEY);
    await desk.cycles();
    await desk.redis.incr(ROLLOUT_EPOCH_KEY);
    await give('ben', 'clear', 'epoch', 'none');
    await desk.cycles();
    expect(await last()).toBe('clear: other_epoch');
    expect((await stateOf(desk.redis)).name).toBe('killed');
    await desk.redis.del(ROLLOUT_EPOCH_KEY);
    await give('ben', 'clear', 'epoch', 'none');
    await desk.cycles();
    expect((await stateOf(desk.redis)).name).toBe('off');
  });
});
