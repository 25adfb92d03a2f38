import { afterEach, expect, it } from '@jest/globals';
import { fieldsOf, STREAMS } from '@quantum/redis-schemas';
import { putEfficiency, putTarget, spawnApp, useRedis, waitFor, type SpawnedApp } from '@quantum/testing';
import { PROOF_RUNNER, QUICK_CYCLES } from '../testkit/paths.test-support.js';
import { startServices } from './services.test-support.js';

const file = useRedis({ tcp: true });
const apps: SpawnedApp[] = [];
afterEach(() => Promise.all(apps.splice(0).map((app) => app.stop())));

/** The deployment's market: the scores are high enough that every shard exceeds its bases. */
const REAL = Array.from({ length: 12 }, (_, i) => ({
  symbol: `R${i}USDT`,
  targetUsd: 100 + 7 * i,
  score: 0.7 + i / 50,
}));

async function putRealSymbols(): Promise<void> {
  const now = Date.now() / 1000;
  for (const { symbol, ...rest } of REAL) {
    await putEfficiency(file.redis(), symbol, { now, score: rest.score });
    await putTarget(file.redis(), symbol, { now, targetUsd: rest.targetUsd });
  }
}

/** The proposals in every entry of a real symbol, once each. */
async function proposedToReal(): Promise<Set<string>> {
  const entries = (await file.redis().xrange(STREAMS.proposed, '-', '+')).map(([, flat]) => fieldsOf(flat));
  const real = entries.filter(({ symbol }) => REAL.some((one) => one.symbol === symbol));
  return new Set(
    real.map((entry) => [entry['symbol'], entry['proposed_target'], entry['budget_scale'], entry['reason']].join(' ')),
  );
}

it.each([
  { P31_BUDGET: 'cap' },
  { P31_BUDGET: 'cap', PROPOSER_SHARDS: '3' },
  { P31_BUDGET: 'neutral' },
  { P31_BUDGET: 'neutral', PROPOSER_SHARDS: '3' },
])('every proof passes under a budget, and no real proposal changes: %j', async (budget) => {
  const base = { REDIS_URL: file.server.url };
  await putRealSymbols();
  const { proposer, governor, urls } = startServices({ ...base, ...budget }, base);
  apps.push(proposer, governor);
  await Promise.all([governor.waitForLine(/serving plans/), proposer.waitForLine(/"msg":"cycle"/)]);
  await waitFor(async () => (await proposedToReal()).size === REAL.length, { what: 'a proposal of every real symbol' });
  const before = await proposedToReal();
  const [proposerUrl = '', governorUrl = ''] = await urls();

  const proofs = spawnApp(PROOF_RUNNER, { ...base, ...QUICK_CYCLES }, [
    'run', '--allocation-metrics', proposerUrl, '--governor-metrics', governorUrl, '--allow-kill-switch',
  ]); // prettier-ignore
  const { code } = await proofs.exit;

  expect(await proposedToReal()).toEqual(before);
  expect(before.size).toBe(REAL.length);
  expect([...before].join()).not.toMatch(/ 1 ok/); // the budget did scale them
  expect({ code, failed: proofs.stdout.filter((line) => line.includes('FAIL')) }).toEqual({ code: 0, failed: [] });
});

it('every proof passes with smoothed multipliers, with and without a budget', async () => {
  const env = { REDIS_URL: file.server.url, P31_SMOOTHING_HALFLIFE_SEC: '600', P31_BUDGET: 'cap' };
  const { proposer, governor, urls } = startServices(env, { REDIS_URL: file.server.url });
  apps.push(proposer, governor);
  await Promise.all([governor.waitForLine(/serving plans/), proposer.waitForLine(/"msg":"cycle"/)]);
  const [proposerUrl = '', governorUrl = ''] = await urls();

  const proofs = spawnApp(PROOF_RUNNER, { ...env, ...QUICK_CYCLES }, [
    'run', '--allocation-metrics', proposerUrl, '--governor-metrics', governorUrl,
  ]); // prettier-ignore
  const { code } = await proofs.exit;

  expect({ code, failed: proofs.stdout.filter((line) => line.includes('FAIL')) }).toEqual({ code: 0, failed: [] });
});
