import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PrivateRedis } from '@quantum/private-redis';
import { sha256 } from '@quantum/policy';
import { verifyAudit } from '@quantum/rollout-commands';
import { fieldsOf, ROLLOUT_LEASE_KEY, ROLLOUT_STATE_KEY, rolloutMultiplierKey, STREAMS } from '@quantum/redis-schemas'; // prettier-ignore
import { connectedClient, spawnApp, startWithUsers, urlFor, waitFor, type SpawnedApp } from '@quantum/testing';
import { seeded } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import { auditOf, eventsOf, planOf, putMarket, replayed, stateOf } from './test-rollout.test-support.js';

const BUNDLE = resolve(__dirname, '../../../dist/apps/target-rollout/main.js');

/** Those of all processes are in kills.int.test.ts. */
const KILLS = Number(process.env['ROLLOUT_KILLS'] ?? 3);
const SEED = Number(process.env['ROLLOUT_SEED'] ?? 1);

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

function spawnRollout(env: Record<string, string> = {}, args: readonly string[] = []): SpawnedApp {
  const common = { REDIS_URL: urlFor(server, 'quantum-rollout'), METRICS_PORT: '0', ROLLOUT_INTERVAL_SEC: '1' };
  const app = spawnApp(BUNDLE, { ...common, ROLLOUT_USERS: 'ana,ben', ...env }, args);
  apps.push(app);
  return app;
}
const urlOf = async (app: SpawnedApp): Promise<string> =>
  (JSON.parse(await app.waitForLine(/"msg":"running"/)) as { metrics: string }).metrics;
async function ask(app: SpawnedApp, page: string): Promise<string> {
  const response = await fetch(`${await urlOf(app)}${page}`);
  return `${response.status} ${await response.text()}`;
}
const waitForState = (name: string) =>
  waitFor(async () => (await redis.exists(ROLLOUT_STATE_KEY)) === 1 && (await stateOf(redis)).name === name, { what: name }); // prettier-ignore

describe('the built service, under its own user', () => {
  it('takes a plan, serves its metrics, and ends with 0 on SIGTERM', async () => {
    const nowSec = Date.now() / 1000;
    for (const symbol of ['A', 'B']) await putMarket(redis, { sec: nowSec }, symbol);
    const app = spawnRollout();
    await waitForState('off');
    const { text, hash } = planOf();
    await redis.xadd('quantum:stream:rollout.command:ana', '*', 'command', 'submit', 'plan_json', text);
    await redis.xadd('quantum:stream:rollout.command:ben', '*', 'command', 'start', 'plan', hash);
    // Without a day of evidence it holds at once.
    await waitForState('holding');
    expect((await eventsOf(redis)).slice(0, 3)).toEqual(['submit', 'start', 'hold']);
    expect(await redis.get(`quantum:rollout:plan:${hash}`)).not.toBeNull();
    expect(await ask(app, '/readyz')).toMatch(/^200 ready/);
    expect(await ask(app, '/metrics')).toContain('rollout_state{state="holding"} 1');
    expect(await app.stop()).toMatchObject({ code: 0 });
    expect(await redis.exists(ROLLOUT_LEASE_KEY)).toBe(0);
    expect(app.stdout.join('\n')).not.toMatch(/NOPERM|"level":"error"/);
  });

  it('has a standby that goes on when it is killed', async () => {
    const first = spawnRollout();
    await waitForState('off');
    const holder = await redis.get(ROLLOUT_LEASE_KEY);
    const second = spawnRollout();
    await waitFor(async () => (await ask(second, '/readyz')).includes('standby'), { what: 'the standby' });
    await first.stop('SIGKILL');
    await waitFor(async () => ![holder, null].includes(await redis.get(ROLLOUT_LEASE_KEY)), { what: 'another holder' });
    await waitFor(async () => (await ask(second, '/metrics')).includes('rollout_leads 1'), { what: 'a cycle' });
  });

  it(`keeps audit and evidence whole over ${KILLS} kills at random times of seed ${SEED}`, async () => {
    const random = seeded(SEED);
    const symbols = ['A', 'B'];
    const put = () => Promise.all(symbols.map((symbol) => putMarket(redis, { sec: Date.now() / 1000 }, symbol)));
    await put();
    const { text, hash, plan } = planOf({ evidence: { periodSec: 10, clipBps: 16, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 5 } }); // prettier-ignore
    await redis.xadd('quantum:stream:rollout.command:ana', '*', 'command', 'submit', 'plan_json', text);
    await redis.xadd('quantum:stream:rollout.command:ben', '*', 'command', 'start', 'plan', hash);
    for (let i = 0; i < KILLS; i += 1) {
      const before = await redis.hget(ROLLOUT_STATE_KEY, 'cycle');
      const app = spawnRollout();
      await waitFor(async () => (await redis.hget(ROLLOUT_STATE_KEY, 'cycle')) !== before, { what: 'a cycle' });
      await put();
      await delay(random.between(0, 1500));
      await app.stop('SIGKILL');
      for (const symbol of symbols) expect(await redis.pttl(rolloutMultiplierKey(symbol))).toBeLessThanOrEqual(30_000);
    }
    const last = spawnRollout();
    await last.waitForLine(/"msg":"running"/);
    const periodsOf = async () => (await redis.xrange(STREAMS.rolloutEvidence, '-', '+')).flatMap(([, flat]) => fieldsOf(flat)['kind'] === 'period' ? [fieldsOf(flat)['start']] : []); // prettier-ignore
    await waitFor(async () => (await periodsOf()).length > 0, { what: 'a period' });
    await last.stop();
    expect(verifyAudit(await auditOf(redis), sha256)).toMatchObject({ ok: true });
    const found = await replayed(redis, plan);
    expect(found).toMatchObject({ unverified: [], differences: [], evidence: { unreadable: [], differences: [] } });
    const periods = await periodsOf();
    expect(new Set(periods).size).toBe(periods.length);
  });

  it('is not ready where the state cannot be used', async () => {
    await redis.set(ROLLOUT_STATE_KEY, 'x');
    const app = spawnRollout();
    await app.waitForLine(/the cycle failed/);
    expect(await ask(app, '/readyz')).toMatch(/^503 .*nothing is renewed/);
    expect(await redis.get(ROLLOUT_STATE_KEY)).toBe('x');
  });

  it.each([
    [{ ROLLOUT_INTERVAL_SEC: '21' }, /ROLLOUT_INTERVAL_SEC/],
    [{ ROLLOUT_USERS: 'ana,Ben' }, /ROLLOUT_USERS/],
    [{ ROLLOUT_USERS: 'ana,ana' }, /ROLLOUT_USERS/],
  ])('refuses %j', async (env, said) => {
    const app = spawnRollout(env, ['--check-config']);
    expect(await app.exit).toMatchObject({ code: 78 });
    expect([...app.stdout, ...app.stderr].join('\n')).toMatch(said);
  });
});
