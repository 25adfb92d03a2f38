import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ROLLOUT_EPOCH_KEY, ROLLOUT_STATE_KEY } from '@quantum/redis-schemas';
import { parseDesk } from '@quantum/rollout-commands';
import { useRedis } from '@quantum/testing';
import { createTestRollout, Desk, eventsOf, planOf, send, startTime, stateOf } from './test-rollout.test-support.js';

const own = useRedis();
let desk: Desk;
beforeEach(async () => {
  const time = startTime();
  desk = new Desk(own.redis(), time, await createTestRollout(own.server.url, time));
});
afterEach(() => {
  desk.rollout.close();
});

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

  it('count if they are given after a rollback, also in its cycle', async () => {
    await startApproved();
    await give('ben', 'rollback');
    await approve('full');
    await desk.cycles();
    expect(await approvals()).toEqual(['pilot ben', 'full ben']);
    expect((await eventsOf(desk.redis)).slice(-2)).toEqual(['rollback', 'approve']);
  });
});
