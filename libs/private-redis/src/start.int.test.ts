import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedisServer, startPrivateRedis, type PrivateRedis, type PrivateRedisOptions } from './index.js';

// Without an installed server, the first search downloads one.
beforeAll(() => findRedisServer(), 300_000);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(options?: PrivateRedisOptions): Promise<PrivateRedis> {
  const server = await startPrivateRedis(options);
  cleanups.push(() => server.stop());
  return server;
}

function connect(server: PrivateRedis, options: { commandTimeout?: number } = {}): Redis {
  // ioredis waits 2 s for its connections to close, even for lost ones.
  const redis = new Redis(server.url, { disconnectTimeout: 100, ...options });
  redis.on('error', () => undefined);
  cleanups.push(() => {
    redis.disconnect();
  });
  return redis;
}

async function givenFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'given-'));
  cleanups.push(() => rm(dir, { recursive: true }));
  return dir;
}

function processLives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('startPrivateRedis', () => {
  it('listens only on a socket and stores nothing', async () => {
    const server = await start();
    expect(server).toMatchObject({ port: 0, url: `unix://${server.socketPath}` });
    const redis = connect(server);
    expect(await redis.config('GET', 'save', 'appendonly', 'port')).toEqual(
      expect.arrayContaining(['save', '', 'appendonly', 'no', 'port', '0']),
    );
  });

  it('leaves no process and no file when it stops, and may be stopped twice', async () => {
    const server = await start();
    const { pid } = server;
    expect(processLives(pid)).toBe(true);
    await Promise.all([server.stop(), server.stop()]);
    expect(processLives(pid)).toBe(false);
    expect(server.pid).toBe(0);
    expect(existsSync(server.dir)).toBe(false);
  });

  it('takes a free port of loopback on request, and settings of redis.conf', async () => {
    const server = await start({ tcp: true, config: { maxmemory: '50mb', 'notify-keyspace-events': '' } });
    expect(server.url).toBe(`redis://127.0.0.1:${server.port}`);
    const redis = connect(server);
    expect(await redis.config('GET', 'maxmemory')).toEqual(['maxmemory', String(50 * 1024 * 1024)]);
    expect(await redis.config('GET', 'bind')).toEqual(['bind', '127.0.0.1']);
  });

  it('keeps two servers apart', async () => {
    const [one, two] = await Promise.all([start({ tcp: true }), start({ tcp: true })]);
    await connect(one).set('key', 'one');
    expect(await connect(two).get('key')).toBeNull();
  });

  it('answers with a password set', async () => {
    const server = await start({ config: { requirepass: 'secret' } });
    await expect(connect(server).get('key')).rejects.toThrow('NOAUTH');
  });

  it('reports the server’s own error if it does not start, and leaves no file', async () => {
    const dir = await givenFolder();
    await expect(start({ dir, config: { 'no-such-setting': '1' } })).rejects.toThrow(
      /redis-server did not start: it ended with exit code 1[^]*no-such-setting/,
    );
    expect(await readdir(dir)).toEqual([]);
  });

  it('refuses a folder too deep for a socket', async () => {
    await expect(start({ dir: `/tmp/${'x'.repeat(100)}` })).rejects.toThrow('longer than 100 characters');
  });

  it('keeps a given folder and the data that Redis stored there', async () => {
    const dir = await givenFolder();
    const server = await start({ dir, config: { save: '3600 1' } });
    await connect(server).set('key', 'kept');
    await server.stop();
    expect(await readdir(dir)).toEqual(['dump.rdb']);
    expect(await connect(await start({ dir })).get('key')).toBe('kept');
  });
});

describe('a server with injected faults', () => {
  it.each([{ tcp: false }, { tcp: true }])('comes back at the same address after a crash (%o)', async (options) => {
    const server = await start(options);
    const { pid, url } = server;
    const redis = connect(server);
    await redis.set('key', 'lost');
    await server.kill();
    expect(server.pid).toBe(0);
    await server.restart();
    expect(server.pid).not.toBe(pid);
    expect(server.url).toBe(url);
    expect(await redis.get('key')).toBeNull();
  });

  it('keeps its data over a restart with persistence', async () => {
    const server = await start({ config: { appendonly: 'yes' } });
    const redis = connect(server);
    await redis.set('key', 'kept');
    await server.restart();
    expect(await redis.get('key')).toBe('kept');
  });

  it('answers nothing during a pause, and again after it', async () => {
    const server = await start();
    const redis = connect(server);
    await redis.ping();
    server.pause();
    await expect(connect(server, { commandTimeout: 100 }).ping()).rejects.toThrow('Command timed out');
    server.resume();
    expect(await redis.ping()).toBe('PONG');
  });

  it('stops while it is paused', async () => {
    const server = await start();
    server.pause();
    await server.stop();
    expect(existsSync(server.dir)).toBe(false);
    expect(() => {
      server.resume();
    }).toThrow('SIGCONT was meant for a redis-server that does not run');
  });
});
