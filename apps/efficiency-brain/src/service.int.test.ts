import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRules, DEFAULT_PARAMETERS } from '@quantum/efficiency-score';
import type { PrivateRedis } from '@quantum/private-redis';
import {
  efficiencyKey,
  fieldsOf,
  POLICY_PARAMETERS_KEY,
  positionKey,
  STREAMS,
  targetKey,
  tickerKey,
} from '@quantum/redis-schemas';
import { connectedClient, spawnApp, startWithUsers, urlFor, waitFor, type SpawnedApp } from '@quantum/testing';
import type { Redis } from 'ioredis';
import { brokenEntries, entriesOf, fieldOf } from './test-brain.test-support.js';

const BUNDLE = resolve(__dirname, '../../../dist/apps/efficiency-brain/main.js');
/** Periods of a fifth of a second: some pass while a process is started again. */
const PERIOD_SEC = 0.2;
const FAST = {
  BRAIN_PERIOD_SEC: String(PERIOD_SEC),
  P31_LOOP_SEC: '0.05',
  DISCOVERY_INTERVAL_SEC: '0.05',
  BRAIN_HALFLIFE_SEC: '60',
};
/** Others are among the faults (tools/faults), on every push. */
const KILLS = Number(process.env['BRAIN_KILLS'] ?? 4);

let server: PrivateRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startWithUsers();
  redis = await connectedClient(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
const apps: SpawnedApp[] = [];
beforeEach(() => redis.flushall());
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop('SIGKILL')));
});

function spawnBrain(env: Record<string, string> = {}, args: readonly string[] = []): SpawnedApp {
  const app = spawnApp(
    BUNDLE,
    { REDIS_URL: urlFor(server, 'quantum-brain'), METRICS_PORT: '0', ...FAST, ...env },
    args,
  );
  apps.push(app);
  return app;
}
const urlOf = async (app: SpawnedApp): Promise<string> =>
  (JSON.parse(await app.waitForLine(/"msg":"running"/)) as { metrics: string }).metrics;
async function ask(app: SpawnedApp, page: string): Promise<string> {
  const response = await fetch(`${await urlOf(app)}${page}`);
  return `${response.status} ${await response.text()}`;
}
const waitForEntries = (count: number) =>
  waitFor(async () => (await redis.xlen(STREAMS.efficiencyDecision)) >= count, { what: `${count} entries` });

async function putMarket(symbol: string, price: number): Promise<void> {
  const nowSec = Date.now() / 1000;
  await redis
    .pipeline()
    .hset(positionKey(symbol), 'position_amt', 2, 'mark_price', price, 'ts_epoch', Math.floor(nowSec))
    .hset(tickerKey(symbol), 'markPrice', price, 'timestamp', nowSec * 1000)
    .hset(targetKey(symbol), 'target_usd', 1000, 'timestamp', nowSec)
    .xadd(STREAMS.rlRewards, '*', 'symbol', symbol, 'pnl', 1, 'commission', 0.01, 'order_id', `${symbol}${nowSec}`)
    .exec();
}

describe('the built service, under its own user', () => {
  it('scores, serves its metrics, keeps the text of its parameters, and ends with 0 on SIGTERM', async () => {
    await putMarket('S', 100);
    const app = spawnBrain({ P31_MODE: 'enforce' });
    await waitForEntries(10);
    expect(await ask(app, '/readyz')).toMatch(/^200 ready/);
    const metrics = await ask(app, '/metrics');
    expect(metrics).toContain('p31_efficiency_score{symbol="S"} 0.5\n');
    expect(metrics).toContain('p31_symbols 1\n');
    const hash = await redis.hgetall(efficiencyKey('S'));
    expect(hash).toMatchObject({ version: 'brain_v1', mode: 'enforce' });
    const text = await redis.hget(POLICY_PARAMETERS_KEY, hash['policy'] ?? '');
    expect(text).toContain(`"BRAIN_PERIOD_SEC":${PERIOD_SEC}`);
    expect(await app.stop()).toMatchObject({ code: 0 });
    expect(await redis.acl('LOG')).toEqual([]);
  });

  it('refuses a configuration that contradicts itself, with every violation', async () => {
    const app = spawnBrain({ P31_LOOP_SEC: '1', P31_STALE_SEC: '0.2', BRAIN_MODEL: 'sharpe' }, ['--check-config']);
    expect(await app.exit).toMatchObject({ code: 78 });
    const said = app.stderr.join('\n');
    expect(said).toContain('P31_LOOP_SEC must not exceed BRAIN_PERIOD_SEC');
    expect(said).toContain('P31_STALE_SEC must exceed BRAIN_PERIOD_SEC');
    expect(said).toContain('BRAIN_MODEL');
  });

  it('stays, unready, while Redis is not what it needs, and goes on after', async () => {
    await putMarket('S', 100);
    await redis.set(STREAMS.efficiencyDecision, 'x');
    const app = spawnBrain();
    await waitFor(async () => (await ask(app, '/readyz')).startsWith('503 the last cycle failed: WRONGTYPE'), { what: 'the refusal' }); // prettier-ignore
    await redis.del(STREAMS.efficiencyDecision);
    await waitFor(async () => (await ask(app, '/readyz')).startsWith('200 ready'), { what: 'readiness' });
  });
});

describe('beside another writer', () => {
  const foreign = (symbol: string, ts: number, version = 'p31_v1') =>
    redis.hset(
      efficiencyKey(symbol),
      'efficiency_score',
      0.7,
      'confidence',
      0.5,
      'ts',
      Math.floor(ts),
      'version',
      version,
    );

  it('does not start to write hashes, unless it is to take over', async () => {
    await putMarket('S', 100);
    await foreign('S', Date.now() / 1000);
    const app = spawnBrain({ P31_MODE: 'enforce' });
    expect(await app.exit).toMatchObject({ code: 1 });
    expect([...app.stdout, ...app.stderr].join('\n')).toContain(
      'another program writes efficiency hashes: 1 are younger',
    );
    expect(await redis.hget(efficiencyKey('S'), 'version')).toBe('p31_v1');
    expect(await redis.exists(STREAMS.efficiencyDecision)).toBe(0);

    spawnBrain({ P31_MODE: 'enforce', BRAIN_TAKE_OVER: 'true' });
    await waitFor(async () => (await redis.hget(efficiencyKey('S'), 'version')) === 'brain_v1', { what: 'our hash' });
  });

  it.each([
    ['the hash is older than its time to live', 'S', -601, 'p31_v1'],
    ['the hash is its own', 'S', 0, 'brain_v1'],
    ['the hash is of a proof', 'PROOF_ABCDEFGHA', 0, 'x'],
  ])('starts where %s', async (_why, symbol, agoSec, version) => {
    await putMarket('S', 100);
    await foreign(symbol, Date.now() / 1000 + agoSec, version);
    spawnBrain({ P31_MODE: 'enforce' });
    await waitForEntries(1);
  });

  it('writes its stream in shadow, and leaves the hash as it is', async () => {
    await putMarket('S', 100);
    await foreign('S', Date.now() / 1000);
    const before = await redis.hgetall(efficiencyKey('S'));
    spawnBrain();
    await waitForEntries(3);
    expect(await redis.hgetall(efficiencyKey('S'))).toEqual(before);
  });
});

it(`loses no period and counts none twice over ${KILLS} kills at any moment`, async () => {
  const symbols = ['A', 'B', 'C'];
  let price = 100;
  const stop = new AbortController();
  const market = (async () => {
    while (!stop.signal.aborted) {
      price *= 1 + 0.001 * Math.sin(price);
      for (const symbol of symbols) await putMarket(symbol, price);
      await delay(20);
    }
  })();
  const running = [spawnBrain(), spawnBrain()];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const seen = await redis.xlen(STREAMS.efficiencyDecision);
    await waitForEntries(seen + 3 * symbols.length);
    await delay((kill * 37) % 100);
    await running[kill % 2]?.stop('SIGKILL');
    running[kill % 2] = spawnBrain();
  }
  await waitForEntries((await redis.xlen(STREAMS.efficiencyDecision)) + 30);
  await Promise.all(running.map((app) => app.stop()));
  stop.abort();
  await market;

  const rules = createRules({ ...DEFAULT_PARAMETERS, periodSec: PERIOD_SEC, halflifeSec: 60 });
  const entries = await entriesOf(redis);
  expect(brokenEntries(entries, { rules })).toEqual([]);
  const closed = entries.filter((flat) => fieldOf(flat, 'symbol') === 'A' && fieldOf(flat, 'closed') !== '');
  const periods = closed.map((flat) => (JSON.parse(fieldsOf(flat)['closed'] ?? '') as { period: number }).period);
  expect(periods).toEqual([...new Set(periods)].sort((a, b) => a - b));
  expect(periods.length).toBeGreaterThan(KILLS);
}, 600_000);
