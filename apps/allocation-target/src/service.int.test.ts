import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LAST_CYCLE_KEY, POLICY_PARAMETERS_KEY, STREAMS, targetKey } from '@quantum/redis-schemas';
import {
  putEfficiency,
  putTarget,
  readStream,
  spawnApp,
  useRedis,
  waitFor,
  waitForEntry,
  waitForKey,
  type SpawnedApp,
} from '@quantum/testing';
import { BATCH_SYMBOLS } from './shard-batches.js';

const BUNDLE = resolve(__dirname, '../../../dist/apps/allocation-target/main.js');
const NOT_CONNECTED = /^503 Redis is not connected/;

const file = useRedis();
let folder: string;
let mainJs: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allocation-target-'));
  mainJs = join(folder, 'main.js');
  await copyFile(BUNDLE, mainJs);
});
let oldServer: Server | undefined;
afterAll(async () => {
  oldServer?.close();
  await rm(folder, { recursive: true });
});

const spawnService = (env: Record<string, string> = {}): SpawnedApp =>
  spawnApp(mainJs, {
    REDIS_URL: `unix://${file.server.socketPath}`,
    METRICS_PORT: '0',
    LOOP_INTERVAL_SEC: '0.2',
    DISCOVERY_INTERVAL_SEC: '0.2',
    ...env,
  });

async function urlOf(app: SpawnedApp): Promise<string> {
  return (JSON.parse(await app.waitForLine(/"msg":"running"/)) as { metrics: string }).metrics;
}
async function ask(url: string): Promise<string> {
  const response = await fetch(url);
  return `${response.status} ${await response.text()}`;
}
const waitForAnswer = (url: string, pattern: RegExp) =>
  waitFor(async () => pattern.test(await ask(url)), { what: `${url} to answer ${String(pattern)}` });

async function addTargets(count: number): Promise<void> {
  const now = Date.now() / 1000;
  const fill = file.redis().pipeline();
  for (let i = 0; i < count; i += 1) fill.hset(targetKey(`S${i}`), 'target_usd', '100', 'timestamp', now);
  await fill.exec();
}

// That it ends in time shows in its exit code: 4.5 s after the signal it would be 1.
describe('the built service, alone in an empty folder', () => {
  it('proposes at once, serves its metrics, and ends with 0 on SIGTERM', async () => {
    const now = Math.floor(Date.now() / 1000);
    await putTarget(file.redis(), 'BTCUSDT', { now, targetUsd: 1000 });
    await putEfficiency(file.redis(), 'BTCUSDT', { now, score: 0.9 });
    const app = spawnService({ LOOP_INTERVAL_SEC: '60', DISCOVERY_INTERVAL_SEC: '60' });
    const url = await urlOf(app);
    const { fields } = await waitForEntry(file.redis(), STREAMS.proposed);
    expect(fields).toMatchObject({ symbol: 'BTCUSDT', multiplier: '1.4000', proposed_target: '1400', reason: 'ok' });

    await waitForAnswer(`${url}/readyz`, /^200 ready/);
    expect(await ask(`${url}/healthz`)).toMatch(/^200/);
    const metrics = await ask(`${url}/metrics`);
    expect(metrics).toContain('p29_shadow_loops_total 1\n');
    expect(metrics).toContain('p29_shadow_proposed_total{reason="ok"} 1\n');
    expect(metrics).toContain('p29_shadow_proposed_total{reason="stale_eff"} 0\n');
    expect(metrics).toContain('p29_shadow_multiplier{symbol="BTCUSDT"} 1.4\n');
    expect(metrics).toContain('p29_shadow_loop_duration_seconds_count 1\n');

    const exit = await app.stop();
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(app.stderr).toEqual([]);
    expect(app.stdout.filter((line) => line.includes('"msg":"effective configuration"'))).toHaveLength(1);
    expect(app.stdout.filter((line) => line.includes('"msg":"cycle"'))).toHaveLength(1);
  });

  it('goes on, cycle after cycle, and finds what was not announced', async () => {
    const app = spawnService();
    await waitForKey(file.redis(), LAST_CYCLE_KEY);
    await putTarget(file.redis(), 'LATE', { now: Date.now() / 1000 });
    await waitFor(async () => (await readStream(file.redis(), STREAMS.proposed)).length >= 3, {
      what: 'three proposals',
    });
    expect(await app.stop()).toMatchObject({ code: 0 });
  });

  it('ends with 78 and every violation on stderr when its configuration is not usable', async () => {
    const app = spawnService({ P31_MIN_MULT: '3', PROPOSE_KEY_TTL: 'long', REDIS_PORT: '6379 # the usual one' });
    expect(await app.exit).toMatchObject({ code: 78 });
    expect(app.stderr.join('\n')).toMatch(/REDIS_PORT[^]*P31_MIN_MULT|P31_MIN_MULT[^]*REDIS_PORT/);
    expect(app.stderr.join('\n')).toContain('PROPOSE_KEY_TTL');
    expect(app.stdout).toEqual([]);
  });

  it('decides by the policy file, by another on SIGHUP, and says in Redis what each hash means', async () => {
    const path = join(folder, 'policy.json');
    const write = (scale: number) =>
      writeFile(path, JSON.stringify({ version: 1, symbols: { A: { P31_SCALE: scale } } }));
    const now = Math.floor(Date.now() / 1000);
    for (const symbol of ['A', 'B']) {
      await putTarget(file.redis(), symbol, { now, targetUsd: 1000 });
      await putEfficiency(file.redis(), symbol, { now, score: 1 });
    }
    const last = async (symbol: string) =>
      (await readStream(file.redis(), STREAMS.proposed)).map(({ fields }) => fields).findLast((each) => each['symbol'] === symbol);
    await write(0.5);
    const app = spawnService({ P31_POLICY_FILE: path });
    await waitFor(async () => (await last('B')) !== undefined, { what: 'a proposal' });
    expect(await last('A')).toMatchObject({ proposed_target: '1250' });
    expect(await last('B')).toMatchObject({ proposed_target: '1500' });

    await write(0.25);
    process.kill(app.pid, 'SIGHUP');
    await waitFor(async () => (await last('A'))?.['proposed_target'] === '1125', { what: 'the other policy' });
    const { policy = '' } = (await last('A')) ?? {};
    await waitFor(async () => (await file.redis().hexists(POLICY_PARAMETERS_KEY, policy)) === 1, { what: 'the parameters' });
    expect(JSON.parse((await file.redis().hget(POLICY_PARAMETERS_KEY, policy)) ?? '')).toMatchObject({ P31_SCALE: 0.25, P31_BUDGET: 'off' });

    await writeFile(path, '{');
    process.kill(app.pid, 'SIGHUP');
    await app.waitForLine(/the policy file is refused/);
    expect(await ask(`${await urlOf(app)}/metrics`)).toContain('p31_policy_file_ok 0\n');
    expect(await app.stop()).toMatchObject({ code: 0 });
    const refused = spawnService({ P31_POLICY_FILE: path });
    expect(await refused.exit).toMatchObject({ code: 78 });
    expect(refused.stderr.join('\n')).toContain('P31_POLICY_FILE');
  }); // prettier-ignore

  it('stays up while Redis is dead, says so, and resumes by itself', async () => {
    await addTargets(3);
    const app = spawnService();
    const url = await urlOf(app);
    await waitForAnswer(`${url}/readyz`, /^200/);

    await file.server.kill();
    await waitForAnswer(`${url}/readyz`, NOT_CONNECTED);
    expect(await ask(`${url}/healthz`)).toMatch(/^200/);
    await app.waitForLine(/"msg":"the cycle failed"/);
    expect(await ask(`${url}/metrics`)).toMatch(/^p29_shadow_loop_errors_total [1-9]/m);

    await file.server.restart(); // empty: it has no persistence
    await waitFor(() => file.redis().ping(), { what: 'the test to be connected again' });
    await addTargets(3);
    await waitForKey(file.redis(), LAST_CYCLE_KEY);
    await waitForAnswer(`${url}/readyz`, /^200/);
    expect(await app.stop()).toMatchObject({ code: 0 });
  });

  it('starts without Redis, and begins when it comes', async () => {
    await file.server.kill();
    const app = spawnService();
    const url = await urlOf(app);
    await app.waitForLine(/"msg":"the cycle failed"/);
    expect(await ask(`${url}/readyz`)).toMatch(NOT_CONNECTED);
    await file.server.restart();
    await waitForAnswer(`${url}/readyz`, /^200/);
    expect(await app.stop()).toMatchObject({ code: 0 });
  });

  it('ends within 5 s on SIGTERM during a cycle of 10,000 symbols, which is then not recorded as whole', async () => {
    await addTargets(10_000);
    const app = spawnService();
    await waitForKey(file.redis(), STREAMS.proposed, { everyMs: 1 });
    expect(await app.stop()).toMatchObject({ code: 0, signal: null });
    const published = await file.redis().xlen(STREAMS.proposed);
    expect(published % BATCH_SYMBOLS).toBe(0); // whole batches
    // Where the signal came too late for the first cycle, that one is whole.
    expect(await file.redis().hget(LAST_CYCLE_KEY, 'proposed')).toBe(published < 10_000 ? null : '10000');
  });

  it('ends within 5 s on SIGTERM while Redis hangs', async () => {
    await addTargets(3);
    const app = spawnService();
    const url = await urlOf(app);
    await waitForAnswer(`${url}/readyz`, /^200/);
    file.server.pause();
    await waitForAnswer(`${url}/readyz`, /^503 the last cycle ended/); // the one in flight hangs
    expect(await app.stop()).toMatchObject({ code: 0, signal: null });
  });

  it('refuses a server older than 7.0 with a clear error and exit code 1', async () => {
    // No such server is at hand: this one only knows how to introduce itself.
    oldServer = createServer((socket: Socket) => {
      const info = '# Server\r\nredis_version:5.0.14\r\nloading:0\r\n';
      socket.on('data', (data) => {
        for (const name of data.toString().match(/\r\n(hello|info|client|select|ping)\r\n/gi) ?? []) {
          if (/info/i.test(name)) socket.write(`$${info.length}\r\n${info}\r\n`);
          else socket.write(/hello/i.test(name) ? "-ERR unknown command 'hello'\r\n" : '+OK\r\n');
        }
      });
      socket.on('error', () => undefined);
    });
    const path = join(folder, 'old.sock');
    await new Promise<void>((listening) => oldServer?.listen(path, listening));
    const app = spawnService({ REDIS_URL: `unix://${path}` });
    await app.waitForLine(/"level":"fatal"/);
    expect(await app.exit).toMatchObject({ code: 1 });
    expect(app.stdout.join('\n')).toContain('Redis 5.0.14 is too old: Redis 7.0 or newer, or Valkey, is needed');
  });
});
