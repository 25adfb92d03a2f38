import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Counter, Registry } from 'prom-client';
import { startMetricsServer } from './server.js';
import type { MetricsServer, Readiness } from './server.js';

let registry: Registry;
let readiness: () => Readiness;
let server: MetricsServer;
const start = (port = 0) => startMetricsServer({ host: '127.0.0.1', port, registry, readiness: () => readiness() });

beforeEach(async () => {
  registry = new Registry();
  readiness = () => ({ ready: true });
  server = await start();
});
afterEach(() => server.close());

async function get(path: string, init: RequestInit = {}) {
  const response = await fetch(server.url + path, init);
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** `once` would reject for a reset connection. */
const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

describe('startMetricsServer', () => {
  it('serves the registry', async () => {
    new Counter({ name: 'loops_total', help: 'Loops', registers: [registry] }).inc();
    const { status, headers, body } = await get('/metrics?x=1');
    expect([status, headers.get('content-type')]).toEqual([200, registry.contentType]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body.split('\n')).toContain('loops_total 1');
  });

  it('answers /healthz, and /readyz by the state at that moment', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
    expect(await get('/readyz')).toMatchObject({ status: 200, body: 'ready\n' });
    readiness = () => ({ ready: false, reason: 'Redis does not answer' });
    expect(await get('/readyz')).toMatchObject({ status: 503, body: 'Redis does not answer\n' });
    readiness = () => ({ ready: true, reason: 'standby' });
    expect(await get('/readyz')).toMatchObject({ status: 200, body: 'ready: standby\n' });
    readiness = () => ({ ready: false });
    expect(await get('/readyz')).toMatchObject({ status: 503, body: 'not ready\n' });
    expect(await get('/healthz')).toMatchObject({ status: 200 });
  });

  it('answers HEAD with the headers of GET and no body', async () => {
    const { status, headers, body } = await get('/healthz', { method: 'HEAD' });
    expect([status, headers.get('content-length'), body]).toEqual([200, '3', '']);
  });

  it('answers 404 and 405 to everything else', async () => {
    expect(await get('/')).toMatchObject({ status: 404 });
    const post = await get('/metrics', { method: 'POST', body: 'x'.repeat(100_000) });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('answers 500 when the metrics or the readiness fail, and keeps running', async () => {
    readiness = () => {
      throw new Error('bug');
    };
    expect(await get('/readyz')).toMatchObject({ status: 500, body: 'Error: bug\n' });
    const collect = () => {
      throw new Error('broken');
    };
    new Counter({ name: 'broken_total', help: 'Broken', registers: [registry], collect });
    expect(await get('/metrics')).toMatchObject({ status: 500, body: 'Error: broken\n' });
    expect(await get('/healthz')).toMatchObject({ status: 200 });
  });

  it('refuses endless headers and anything but HTTP', async () => {
    expect(await get('/healthz', { headers: { long: 'x'.repeat(20_000) } })).toMatchObject({ status: 431 });
    const socket = connect(server.port, '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });

  it('answers while 1,000 idle connections are open, and drops them, oldest first', async () => {
    const sockets = Array.from({ length: 1000 }, () => {
      const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
      return socket.resume(); // reads, so that it sees the end
    });
    const dropped = Promise.all(sockets.slice(0, 700).map((socket) => closed(socket)));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) socket.write('GET /metrics HTTP/1.1\r\nHost: slow\r\n');
    expect(await get('/metrics')).toMatchObject({ status: 200 });
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    await dropped;
    for (const socket of sockets) socket.destroy();
  });

  it('drops a client that never ends its headers', async () => {
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    const dripping = setInterval(() => socket.write('X: y\r\n'), 100);
    socket.write('GET /metrics HTTP/1.1\r\n');
    socket.resume();
    await closed(socket); // after headersTimeout
    clearInterval(dripping);
    expect(await get('/healthz')).toMatchObject({ status: 200 });
  });

  it('closes at once, also with a half-sent request', async () => {
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined).write('GET /metrics HTTP/1.1\r\n');
    await get('/healthz'); // a connection that is kept alive
    const closed = once(socket, 'close');
    await server.close();
    await closed;
    await expect(get('/healthz')).rejects.toThrow('fetch failed');
  });

  it('names the address that it could not bind', async () => {
    await expect(start(server.port)).rejects.toThrow(
      `cannot serve metrics on 127.0.0.1:${server.port} (METRICS_HOST, METRICS_PORT): the port is in use by another process`,
    );
    const elsewhere = startMetricsServer({ host: '192.0.2.1', port: 0, registry, readiness });
    await expect(elsewhere).rejects.toThrow(/^cannot serve metrics on 192\.0\.2\.1:0 .*EADDRNOTAVAIL/);
  });
});
