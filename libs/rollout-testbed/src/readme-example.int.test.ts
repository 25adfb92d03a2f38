import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService, waitFor } from '@quantum/testbed';
import { useRedis } from '@quantum/testing';
import { giveCommand, putShadowDay, readEnforced, shadowDay, testPlan, untilOff, writeMarket, type TestMarket } from './index.js'; // prettier-ignore

const own = useRedis({ tcp: true });
const folder = mkdtempSync(join(tmpdir(), 'rollout-testbed-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const policy = '0123456789ab';
const market: TestMarket = new Map([
  ['BTCUSDT', { baseUsd: 1000, score: 0.3, priceUsd: 100, amount: 5, proposal: { multiplier: 0.8, policy } }],
  ['ETHUSDT', { baseUsd: 3000, score: 0.5, priceUsd: 10, amount: 0 }],
]);
const multipliers = new Map([['BTCUSDT', 0.8]]);
const stage = { name: 'only', cohorts: ['all'], blend: 0.5, direction: 'down_only', minHours: 1, minPeriods: 0, approvals: 0, require: 'none' }; // prettier-ignore

it('the example of the README', async () => {
  const redis = own.redis();
  const plan = testPlan({ cohorts: { all: ['BTCUSDT'] }, stages: [stage], slewPerCycle: 0.5 });
  await writeMarket(redis, Date.now() / 1000, market);
  await putShadowDay(redis, shadowDay({ plan, policy, multipliers, market, endSec: Date.now() / 1000, seed: 1 }));
  const mainFile = join(__dirname, '..', '..', '..', 'dist', 'apps', 'target-rollout', 'main.js');
  const env = { REDIS_URL: own.server.url, ROLLOUT_INTERVAL_SEC: '1', ROLLOUT_USERS: 'ana', LOG_LEVEL: 'info' };
  const rollout = startService({ name: 'rollout', mainFile, env, logFile: join(folder, 'rollout.log') });
  await rollout.listening();

  expect((await giveCommand(redis, 'ana', 'submit', { plan_json: plan.text })).refusal).toBe('');
  expect((await giveCommand(redis, 'ana', 'start', { plan: plan.hash })).refusal).toBe('');
  const multiplierOf = async (symbol: string) => (await readEnforced(redis, [symbol])).epoch.get(symbol);
  expect(await waitFor(() => multiplierOf('BTCUSDT'), { what: 'the multiplier' })).toBe(0.9);

  await giveCommand(redis, 'ana', 'rollback');
  await untilOff(redis, ['BTCUSDT'], 60_000);
  await rollout.stop();
});
