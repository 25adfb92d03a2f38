import { describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { decidedKey, STREAMS } from '@quantum/redis-schemas';
import { runScripts } from '@quantum/redis-io';
import {
  addPlan,
  addViolation,
  connectedClient,
  putBudget,
  spawnApp,
  startWithUsers,
  urlFor,
  useRedis,
  waitFor,
} from '@quantum/testing';
import { countBatches } from '../tests/batches.test-support.js';
import { harness, NOW_SEC } from '../tests/governor-harness.test-support.js';
import { followViolations } from './follow-violations.js';
import { READ_VIOLATIONS, ViolationTail } from './violations.js';

const file = useRedis();
const { redis } = file;
const BUNDLE = join(__dirname, '../../../../dist/apps/governor-plugin/main.js');
const SYMBOL = 'BTCUSDT';
const LARGE = 10_000_000;

const addLarge = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await addViolation(redis(), 'X', { now: NOW_SEC - 2, json: 'x'.repeat(LARGE) });
};

describe('entries of many MB on the violation stream', () => {
  it('end no governor, though all of them outgrow its heap, and delay no exit', async () => {
    for (let i = 0; i < 12; i++) await redis().xadd(STREAMS.budgetViolation, '*', 'json', 'x'.repeat(LARGE));
    const app = spawnApp(BUNDLE, {
      REDIS_URL: file.server.url,
      METRICS_PORT: '0',
      NODE_OPTIONS: '--max-old-space-size=64',
    });
    const url = /http:\/\/[\d.:]+/.exec(await app.waitForLine(/metrics are served/))?.[0] ?? '';
    await app.waitForLine(/serving plans/);
    await addPlan(redis(), { now: 0, id: '*', planId: 'open', symbol: 'A' });
    await addPlan(redis(), { now: 0, id: '*', planId: 'exit', symbol: 'B', reduceOnly: true });
    for (const planId of ['open', 'exit']) {
      await waitFor(async () => (await redis().exists(decidedKey(planId))) === 1, { what: planId });
      expect(await redis().get(decidedKey(planId))).toContain('"outcome":"permit"');
    }
    // How many were read until the open was decided depends on the machine.
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/p32_errors_total\{kind="invalid_violation"\} [1-9]/);
    expect(await app.stop()).toMatchObject({ code: 0 });
  });

  it('count as invalid, and a violation behind them counts', async () => {
    const { decide, outcome, metrics } = await harness(redis());
    await addLarge(3);
    await putBudget(redis(), SYMBOL, { now: NOW_SEC });
    await addViolation(redis(), SYMBOL, { now: NOW_SEC - 1 });
    await decide({ planId: 'p1' });
    expect(await outcome('p1')).toBe('portfolio_budget');
    expect(await metrics('p32_errors_total')).toEqual(['{kind="invalid_violation"} 3']);
  });

  it('let the exits beside an open be decided before they are read', async () => {
    const governor = await harness(redis());
    await governor.decide({ planId: 'warm', symbol: 'WARM' });
    await addLarge(3);
    await putBudget(redis(), SYMBOL, { now: NOW_SEC });
    await addViolation(redis(), SYMBOL, { now: NOW_SEC - 1 });
    await governor.plan({ planId: 'open' });
    await governor.plan({ planId: 'exit', symbol: 'ETHUSDT', reduceOnly: true });
    expect(await governor.serve()).toHaveLength(2);
    expect([await governor.outcome('open'), await governor.outcome('exit')]).toEqual(['portfolio_budget', 'permit']);
    const [open, exit] = [await governor.record('open'), await governor.record('exit')];
    expect([open?.inputs['violation_ts'], exit?.inputs['violation_ts']]).toEqual([NOW_SEC - 1, 'unreadable']);
  });

  it('are not read where no time is left for them: budget passes, what is known already counts', async () => {
    const { decide, outcome } = await harness(redis(), { GOV_SYMBOL_COOLDOWN_SECONDS: '0' });
    let nowMs = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => (nowMs += 60_000));
    for (const symbol of [SYMBOL, 'ETHUSDT']) await putBudget(redis(), symbol, { now: NOW_SEC });
    await addViolation(redis(), SYMBOL, { now: NOW_SEC - 2 });
    await addLarge(1);
    await addViolation(redis(), 'ETHUSDT', { now: NOW_SEC - 1 });
    await decide({ planId: 'known' }, { planId: 'behind', symbol: 'ETHUSDT' });
    clock.mockRestore();
    expect([await outcome('known'), await outcome('behind')]).toEqual(['portfolio_budget', 'permit']);
  });
});

it('exits alone do not read the violation stream', async () => {
  const { decide, record } = await harness(redis());
  await addViolation(redis(), 'X', { now: NOW_SEC, json: '{' });
  const batches = countBatches(redis());
  await decide({ planId: 'exit', reduceOnly: true });
  batches();
  expect((await record('exit'))?.inputs['violation_ts']).toBe('unreadable');
});

describe('a violation stream that was deleted', () => {
  it('and begun again is followed from its start by the deployed user too', async () => {
    const server = await startWithUsers();
    const admin = await connectedClient(server.url);
    const client = await connectedClient(urlFor(server, 'quantum-governor'), { disableClientInfo: true });
    try {
      const tail = new ViolationTail(() => undefined);
      const follow = async (nowSec: number): Promise<void> => {
        const [page] = await runScripts(client, [READ_VIOLATIONS], [tail.command(nowSec)]);
        tail.take(page);
        await followViolations(client, tail, page, 5000, nowSec);
      };
      await addViolation(admin, 'OTHER', { now: NOW_SEC, id: '9999999999999-0' });
      await follow(NOW_SEC);
      await admin.del(STREAMS.budgetViolation);
      await addViolation(admin, SYMBOL, { now: NOW_SEC });
      await follow(NOW_SEC + 2);
      expect(tail.latestSec(SYMBOL)).toBe(NOW_SEC);
    } finally {
      admin.disconnect();
      client.disconnect();
      await server.stop();
    }
  });

  it.each([
    ['and begun again with earlier ids', '9999999999999-0'],
    ['and begun again with the same time', `${NOW_SEC * 1000 - 10}-7`],
  ])('%s is followed from its start', async (_what, id) => {
    const governor = await harness(redis(), { GOV_SYMBOL_COOLDOWN_SECONDS: '0' });
    await putBudget(redis(), SYMBOL, { now: NOW_SEC });
    await addViolation(redis(), 'OTHER', { now: NOW_SEC, id });
    await governor.decide({ planId: 'p1' });
    expect(await governor.outcome('p1')).toBe('permit');
    await redis().del(STREAMS.budgetViolation);
    governor.clock.advanceSec(2);
    await addViolation(redis(), SYMBOL, { now: NOW_SEC, id: `${NOW_SEC * 1000 - 10}-3` });
    await governor.decide({ planId: 'p2' });
    expect(await governor.outcome('p2')).toBe('portfolio_budget');
  });

  it('is followed from its start when it comes back later', async () => {
    const governor = await harness(redis(), { GOV_SYMBOL_COOLDOWN_SECONDS: '0', GOV_MAX_EXEC_PER_5MIN: '9' });
    await putBudget(redis(), SYMBOL, { now: NOW_SEC });
    await addViolation(redis(), 'OTHER', { now: NOW_SEC, id: '9999999999999-0' });
    await governor.decide({ planId: 'p1' });
    await redis().del(STREAMS.budgetViolation);
    governor.clock.advanceSec(2);
    await governor.decide({ planId: 'p2' });
    await addViolation(redis(), SYMBOL, { now: NOW_SEC });
    await governor.decide({ planId: 'p3' });
    expect([await governor.outcome('p2'), await governor.outcome('p3')]).toEqual(['permit', 'portfolio_budget']);
  });
});
