import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { PrivateRedis } from '@quantum/private-redis';
import { targetKey } from '@quantum/redis-schemas';
import { connectedClient, spawnApp, startWithUsers, urlFor, type User } from '@quantum/testing';
import type { Redis } from 'ioredis';
import { AnsweringRollout, planFile } from './rollout.test-support.js';

export const MAIN = resolve(__dirname, '../../../dist/apps/quantumctl/main.js');

/** Runs the built program to its end, as a subcommand of `rollout`. */
export async function run(url: string | undefined, ...args: string[]) {
  const app = spawnApp(MAIN, {}, ['rollout', ...args, ...(url === undefined ? [] : ['--redis', url])]);
  const { code } = await app.exit;
  return { code, out: app.stdout.join('\n'), err: app.stderr.join('\n') };
}

/** Makes files of plans in a folder that is gone after the file's last test. */
export function usePlans() {
  const folder = mkdtempSync(join(tmpdir(), 'quantumctl-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  let number = 0;
  return (changes: Record<string, unknown> = {}): string => {
    const path = join(folder, `plan-${number++}.json`);
    writeFileSync(path, JSON.stringify(planFile(changes)));
    return path;
  };
}

/**
 * A server with the deployed users, and for each test a rollout that reads the commands of ana and ben once it is
 * started.
 */
export function useRollout() {
  let server: PrivateRedis | undefined;
  let clients: [Redis, Redis] | undefined;
  let rollout: AnsweringRollout | undefined;
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('useRollout: it is there only within hooks and tests');
    return value;
  };
  beforeAll(async () => {
    server = await startWithUsers();
    clients = [await connectedClient(server.url), await connectedClient(server.url)];
  });
  beforeEach(async () => {
    const [redis, blocking] = there(clients);
    await redis.flushall();
    for (const symbol of ['BTCUSDT', 'ETHUSDT']) await redis.hset(targetKey(symbol), 'target_usd', 1000);
    rollout = new AnsweringRollout(blocking, ['ana', 'ben']);
  });
  afterEach(async () => {
    await there(clients)[0].config('SET', 'maxmemory', '0');
    await rollout?.stop();
  });
  afterAll(async () => {
    for (const client of clients ?? []) client.disconnect();
    await server?.stop();
  });
  return {
    get server() { return there(server); },
    get redis() { return there(clients)[0]; },
    get rollout() { return there(rollout); },
    /** Runs a command as one of the deployed users. */
    as: (user: User, ...args: string[]) => run(urlFor(there(server), user), ...args),
  }; // prettier-ignore
}
