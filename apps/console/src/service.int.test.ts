import { createServer } from 'node:http';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PrivateRedis } from '@quantum/private-redis';
import { decodeSnapshot } from '@quantum/read-model';
import { connectRedis, untilReady, type Redis } from '@quantum/redis-io';
import { decidedKey } from '@quantum/redis-schemas';
import { aPermit, INPUTS, recordWith } from '@quantum/test-fixtures';
import { spawnApp, startWithUsers, urlFor, waitFor, type SpawnedApp } from '@quantum/testing';
import { plan, propose } from './writes.test-support.js';

const BUNDLE = resolve(__dirname, '../../../dist/apps/console/main.js');
const TOKEN = 'a token of the test'.replaceAll(' ', '-');

let server: PrivateRedis;
let redis: Redis;
let app: SpawnedApp;
let urls: { metrics: string; page: string };
const environment = (more: Record<string, string> = {}) => ({
  REDIS_URL: urlFor(server, 'quantum-console'),
  METRICS_PORT: '0',
  CONSOLE_PORT: '0',
  ...more,
});
beforeAll(async () => {
  server = await startWithUsers();
  redis = connectRedis({ url: server.url, host: '', port: 0, db: 0 }, 'test');
  await untilReady(redis);
  const tokenFile = join(server.dir, 'token');
  writeFileSync(tokenFile, `${TOKEN}\n`);
  app = spawnApp(BUNDLE, environment({ CONSOLE_AUTH_TOKEN_FILE: tokenFile }));
  urls = JSON.parse(await app.waitForLine(/"msg":"running"/)) as typeof urls;
});
afterAll(async () => {
  redis.disconnect();
  await app.stop('SIGKILL');
  await server.stop();
});

const ask = (path: string, { method = 'GET', token = TOKEN } = {}) =>
  fetch(`${urls.page}${path}`, { method, headers: { Authorization: `Bearer ${token}` } });
const textOf = async (path: string): Promise<string> => (await ask(path)).text();
const probe = async (path: string): Promise<string> => {
  const response = await fetch(`${urls.metrics}${path}`);
  return `${response.status} ${await response.text()}`;
};

describe('the built console, under its own user', () => {
  it('shows what it reads, useful without JavaScript, and may run its own script and style alone', async () => {
    await propose(redis, ['AAA', 0.912]);
    await propose(redis, ['<i>BBB', 0.5]);
    const text = await waitFor(async () => {
      const page = await textOf('/');
      return page.includes('0.912') && page;
    }, { what: 'the proposal on the page' }); // prettier-ignore
    expect(text).toMatch(/<title>✗ \d+ problems · Quantum console<\/title>/);
    expect(text).toContain('&lt;i>BBB');
    const { headers } = await ask('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[\w+/]+='; style-src 'sha256-[\w+/]+='; img-src data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/);
    expect(headers.get('cache-control')).toBe('no-store');
  }); // prettier-ignore

  it('shows the record of a decision in words, as a page and as JSON', async () => {
    const record = recordWith(INPUTS, { plan_id: 'p1', symbol: 'AAA', permit: aPermit({}) });
    await redis.set(decidedKey('p1'), JSON.stringify(record));
    await redis.hset(decidedKey('p2'), 'not', 'a string');
    await plan(redis, 'p1');
    const words = (await (await ask('/plan.json?id=p1')).json()) as { lines: { label: string; text: string }[] };
    expect(words.lines).toContainEqual({ label: 'decision', text: expect.stringMatching(/^permitted, hinted to/) });
    expect(await textOf('/plan?id=p1')).toContain('permitted, hinted to');
    expect(await textOf('/plan.json?id=p2')).toContain('WRONGTYPE');
    expect((await ask('/plan.json?id=p3')).status).toBe(404);
    await waitFor(async () => decodeSnapshot(await textOf('/snapshot')).decisions.length === 1, { what: 'the decision in the snapshot' });
  }); // prettier-ignore

  it('has probes and metrics without a token, and counts its answers', async () => {
    await waitFor(async () => (await probe('/readyz')).startsWith('200 ready'), { what: 'readiness' });
    expect(await probe('/healthz')).toBe('200 ok\n');
    const before = await probe('/metrics');
    await ask('/other');
    await ask('/', { token: 'wrong' });
    const after = await probe('/metrics');
    const count = (text: string, status: number) =>
      Number(new RegExp(`^console_requests_total\\{status="${status}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
    for (const status of [401, 404]) expect(count(after, status)).toBe(count(before, status) + 1);
  });

  it('says which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const second = spawnApp(BUNDLE, environment({ CONSOLE_PORT: String(port) }));
    await second.waitForLine(/CONSOLE_PORT\): the port is in use by another process/);
    expect(await second.exit).toMatchObject({ code: 1 });
    other.close();
  });

  it('serves on without Redis, says so, ends its streams, and ends with 0', async () => {
    const stream = await ask('/events');
    const all = stream.text();
    await server.stop();
    await waitFor(async () => (await probe('/readyz')).startsWith('503 Redis is not connected'), { what: 'unreadiness' }); // prettier-ignore
    await waitFor(async () => (await textOf('/')).includes('Redis does not answer'), {
      what: 'the outage on the page',
    });
    expect((await ask('/plan?id=p1')).status).toBe(503);
    expect(await app.stop()).toMatchObject({ code: 0 });
    expect(await all).toMatch(/^event: snapshot\n[^]*\n\nevent: delta\n[^]*Redis does not answer/);
    expect(app.stdout.join('\n')).not.toMatch(/NOPERM/);
    expect(app.stdout.join('\n')).not.toContain(TOKEN);
  });
});
