import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decidedKey, efficiencyKey, permitKey, STREAMS, windowKey } from '@quantum/redis-schemas';
import { addPlan, spawnApp, useRedis, waitFor, type SpawnedApp } from '@quantum/testing';

const file = useRedis();
const { redis } = file;
const BUNDLE = join(__dirname, '../../../../dist/apps/governor-plugin/main.js');

let folder: string;
/** The bundle alone in a folder: nothing beside it can be required. */
let mainJs: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'governor-bundle-'));
  mainJs = join(folder, 'main.js');
  await copyFile(BUNDLE, mainJs);
});
afterAll(() => rm(folder, { recursive: true }));

const spawn = (env: Record<string, string> = {}): SpawnedApp =>
  spawnApp(mainJs, { REDIS_URL: file.server.url, METRICS_PORT: '0', GOV_CLAIM_IDLE_SEC: '0.2', ...env });
const metricsUrl = async (app: SpawnedApp) => /http:\/\/[\d.:]+/.exec(await app.waitForLine(/metrics are served/))?.[0];

describe('the bundle', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('loses nothing when it is ended under load (%s)', async (signal) => {
    const ids = Array.from({ length: 3000 }, (_, i) => `p${i}`);
    const first = spawn();
    await first.waitForLine(/serving plans/);
    // Three plans a symbol; the burst limit leaves two.
    const load = ids.map((planId, i) =>
      addPlan(redis(), { now: 0, id: '*', planId, symbol: `S${i % 1000}`, killScore: 0, qty: 0.001 }),
    );
    await waitFor(() => redis().exists(decidedKey('p0')), { what: 'the first decisions' });
    const exit = await first.stop(signal);
    if (signal === 'SIGTERM') expect(exit).toMatchObject({ code: 0, signal: null }); // it would be 1 after 4.5 s
    await Promise.all(load);

    const second = spawn({ GOV_SYMBOL_COOLDOWN_SECONDS: '0' });
    const records = () => redis().exists(...ids.map(decidedKey));
    await waitFor(async () => (await records()) === ids.length, { what: 'every decision' });
    const pending = async () => ((await redis().xpending(STREAMS.plans, 'governor')) as [number])[0];
    await waitFor(async () => (await pending()) === 0, { what: 'every acknowledgement' });
    expect(await second.stop()).toMatchObject({ code: 0 });

    const permits = new Set<string>();
    for (const id of ids) if (await redis().exists(permitKey(id))) permits.add(id);
    for (let i = 0; i < 1000; i++) {
      const counted = await redis().zrange(windowKey(`S${i}`), '0', '-1');
      expect(counted.length).toBeLessThanOrEqual(2);
      expect(counted.filter((id) => !permits.has(id))).toEqual([]);
      permits.forEach((id) => counted.includes(id) && permits.delete(id));
    }
    expect([...permits]).toEqual([]); // no permit that is not counted
    expect(await redis().exists(STREAMS.deadletter)).toBe(0);
  });

  it.each(['issue', 'annotate'])('shows what an invalid efficiency reading says, once (%s)', async (role) => {
    const read = { efficiency_score: 'np.float64(0.2)', confidence: '0.9', ts: '1700000000' };
    await redis().hset(efficiencyKey('BTCUSDT'), read);
    for (const planId of ['a', 'b']) await addPlan(redis(), { now: 0, id: '*', planId, symbol: 'BTCUSDT' });
    const app = spawn({ GOVERNOR_ROLE: role, GOV_SYMBOL_COOLDOWN_SECONDS: '0' });
    const line = await app.waitForLine(/invalid reading, the values as read/);
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', reason: 'invalid_eff', symbol: 'BTCUSDT', read });
    await app.waitForLine(/serving plans/); // with the first round's end: both were served
    await app.stop();
    expect(app.stdout.filter((said) => said.includes('invalid reading'))).toHaveLength(1);
  });

  it('ends with 78 and every mistake of its environment', async () => {
    const app = spawn({ APPLY_MODE: 'prod', P31_MIN_FACTOR: '0', GOV_DECISION_TTL_SEC: '60', METRICS_PORT: 'http' });
    expect(await app.exit).toMatchObject({ code: 78 });
    const said = app.stderr.join('\n');
    for (const name of ['APPLY_MODE', 'P31_MIN_FACTOR', 'GOV_DECISION_TTL_SEC', 'METRICS_PORT']) {
      expect(said).toContain(name);
    }
  });

  it('waits for a Redis that is not there yet, says so, and can be stopped meanwhile', async () => {
    await file.server.kill();
    const app = spawn();
    const url = await metricsUrl(app);
    await waitFor(async () => (await fetch(`${url ?? ''}/readyz`)).status === 503, { what: 'not ready' });
    expect((await fetch(`${url ?? ''}/healthz`)).status).toBe(200);
    expect(await app.stop()).toMatchObject({ code: 0 });
  });

  it('serves as soon as its Redis comes', async () => {
    await file.server.kill();
    const app = spawn();
    await app.waitForLine(/cannot serve plans/);
    await file.server.restart();
    await app.waitForLine(/"msg":"serving plans"/);
    expect((await fetch(`${(await metricsUrl(app)) ?? ''}/readyz`)).status).toBe(200);
    expect(await app.stop()).toMatchObject({ code: 0 });
  });

  it('is not ended by plans of any kind', async () => {
    const app = spawn();
    await app.waitForLine(/serving plans/);
    await redis().xadd(STREAMS.plans, '*', Buffer.from([0xff]), Buffer.from([0xfe]));
    await redis().xadd(STREAMS.plans, '*', 'plan_id', '__proto__', 'symbol', '__proto__', 'decision', 'EXECUTE');
    await redis().xadd(
      STREAMS.plans,
      '*',
      'plan_id',
      'last',
      'symbol',
      'X',
      'decision',
      'EXECUTE',
      'action',
      'x'.repeat(1e6),
    );
    await waitFor(() => redis().exists(decidedKey('last')), { what: 'the last decision' });
    expect(await redis().exists(decidedKey('__proto__'))).toBe(1);
    expect(await app.stop()).toMatchObject({ code: 0 });
  });
});
