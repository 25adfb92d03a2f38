import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findRedisServer, findRedisTool } from './index.js';

// Without an installed server, the first search downloads one.
beforeAll(() => findRedisServer(), 300_000);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-server-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function program(name: string, answer: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho '${answer}'\n`);
  await chmod(path, 0o700);
  return path;
}

describe('findRedisServer', () => {
  it('finds one of 7.0 or newer on this machine, once per process', async () => {
    const server = await findRedisServer();
    expect(Number.parseInt(server.version, 10)).toBeGreaterThanOrEqual(7);
    expect(await findRedisServer()).toBe(server);
  });

  it('takes the one that REDIS_SERVER_BIN names', async () => {
    const path = await program('named', 'Redis server v=7.2.5 sha=00000000:0 malloc=libc bits=64 build=0');
    const found = await findRedisServer({ REDIS_SERVER_BIN: path });
    expect(found).toEqual({ path, env: {}, source: 'environment', version: '7.2.5' });
  });

  it('reports why REDIS_SERVER_BIN cannot be used, and takes no other', async () => {
    const missing = join(folder, 'nothing-here');
    await expect(findRedisServer({ ...process.env, REDIS_SERVER_BIN: missing })).rejects.toThrow(
      `REDIS_SERVER_BIN cannot be used: ${missing} cannot be run (spawn ${missing} ENOENT).`,
    );
    const other = await program('other', 'hello');
    await expect(findRedisServer({ ...process.env, REDIS_SERVER_BIN: other })).rejects.toThrow(
      `REDIS_SERVER_BIN cannot be used: ${other} is not a redis-server: it answers "hello".`,
    );
  });

  it('refuses a Redis older than 7.0', async () => {
    const path = await program('redis-server', 'Redis server v=6.2.14 sha=00000000:0 malloc=libc bits=64 build=0');
    await expect(findRedisServer({ REDIS_SERVER_BIN: path })).rejects.toThrow(
      `REDIS_SERVER_BIN cannot be used: ${path} is Redis 6.2.14, 7.0 or newer is needed.`,
    );
  });

  it('prefers PATH to everything but REDIS_SERVER_BIN', async () => {
    const path = await program('redis-server', 'Redis server v=7.0.0 sha=00000000:0 malloc=libc bits=64 build=0');
    const found = await findRedisServer({ PATH: `:/nowhere:${folder}` });
    expect(found).toMatchObject({ path, source: 'path', version: '7.0.0' });
  });

  it('finds redis-cli of the same installation', async () => {
    const { path, env } = await findRedisTool('redis-cli');
    const { stdout } = await promisify(execFile)(path, ['--version'], { env: { ...process.env, ...env } });
    expect(stdout).toMatch(/^(redis|valkey)-cli \d+\./);
  });
});
