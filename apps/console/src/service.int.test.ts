import { createServer } from 'node:http';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PrivateRedis } from '@quantum/private-redis';
import { spawnApp, startWithUsers, urlFor, waitFor, type SpawnedApp } from '@quantum/testing';

const BUNDLE = resolve(__dirname, '../../../dist/apps/console/main.js');
const TOKEN = 'a token of the test'.replaceAll(' ', '-');
const VERBS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

let server: PrivateRedis;
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
  const tokenFile = join(server.dir, 'token');
  writeFileSync(tokenFile, `${TOKEN}\n`);
  app = spawnApp(BUNDLE, environment({ CONSOLE_AUTH_TOKEN_FILE: tokenFile }));
  urls = JSON.parse(await app.waitForLine(/"msg":"running"/)) as typeof urls;
});
afterAll(async () => {
  await app.stop('SIGKILL');
  await server.stop();
});

const ask = (path: string, { method = 'GET', token = TOKEN } = {}) =>
  fetch(`${urls.page}${path}`, { method, headers: { Authorization: `Bearer ${token}` } });
const probe = async (path: string): Promise<string> => {
  const response = await fetch(`${urls.metrics}${path}`);
  return `${response.status} ${await response.text()}`;
};

describe('the built console, under its own user', () => {
  it('shows its page to those who bring the token, with headers that let it load nothing and be framed by none', async () => {
    const response = await ask('/');
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<h1>Quantum console</h1>');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'content-type': 'text/html; charset=utf-8',
    });
  });

  it.each(['', 'wrong', `${TOKEN}x`, TOKEN.slice(1)])('refuses the token %j', async (token) => {
    const response = await ask('/', { token });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await response.text()).not.toContain('<h1>');
  });

  it.each(VERBS)('answers %s with 405 on every path', async (method) => {
    for (const path of ['/', '/other']) {
      const response = await ask(path, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('answers HEAD without a body, and other paths with 404', async () => {
    const head = await ask('/', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await ask('/other')).status).toBe(404);
  });

  it('has probes and metrics without a token, and counts its answers', async () => {
    await waitFor(async () => (await probe('/readyz')).startsWith('200 ready'), { what: 'readiness' });
    expect(await probe('/healthz')).toBe('200 ok\n');
    const before = await probe('/metrics');
    await ask('/other');
    const count = (text: string) => Number(/^console_requests_total\{status="404"\} (\d+)$/m.exec(text)?.[1]);
    expect(count(await probe('/metrics'))).toBe(count(before) + 1);
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

  it('serves on without Redis, says so on /readyz, and ends with 0', async () => {
    await server.stop();
    await waitFor(async () => (await probe('/readyz')).startsWith('503 Redis is not connected'), {
      what: 'unreadiness',
    });
    expect((await ask('/')).status).toBe(200);
    expect(await app.stop()).toMatchObject({ code: 0 });
    expect(app.stdout.join('\n')).not.toMatch(/NOPERM/);
    expect(app.stdout.join('\n')).not.toContain(TOKEN);
  });
});
