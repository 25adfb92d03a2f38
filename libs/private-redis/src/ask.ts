import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { PrivateRedis } from './start.js';

const PATIENCE_MS = 60_000;
const POLL_MS = 20;

/** One command over the server's own socket. */
export async function ask(
  server: PrivateRedis | undefined,
  name: string,
  ...args: (string | number)[]
): Promise<unknown> {
  if (!server) throw new Error('there is no server to ask');
  const redis = new Redis(server.socketPath, {
    enableReadyCheck: false,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    commandTimeout: 2000,
    disconnectTimeout: 100,
  });
  redis.on('error', () => undefined); // the command fails by itself
  try {
    return await redis.call(name, ...args);
  } finally {
    redis.disconnect();
  }
}

/** Asks until there is an answer other than undefined and false. A check that throws has no answer yet. */
export async function until<T>(what: string, check: () => Promise<T | false | undefined>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await check().catch(() => undefined);
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1000} s for ${what}`);
    await delay(POLL_MS);
  }
}
