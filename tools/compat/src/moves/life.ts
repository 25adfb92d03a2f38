import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivateRedis, type PrivateRedis, type RedisServer } from '@quantum/private-redis';
import { connectRedis, groupsOf, untilReady, type Redis } from '@quantum/redis-io';
import { decidedKey, GOVERNOR_GROUP, STREAMS } from '@quantum/redis-schemas';
import { lastEntryId, startService, waitFor } from '@quantum/testbed';

/** A server with the data of a folder, and a client of it. */
export interface Life {
  server: PrivateRedis;
  redis: Redis;
  end: () => Promise<void>;
}

/** @throws Error with the server's last log lines where it cannot load what is in the folder. */
export async function startLife(server: RedisServer, dir: string, appendonly: 'yes' | 'no' = 'no'): Promise<Life> {
  const running = await startPrivateRedis({ server, dir, config: { dbfilename: 'dump.rdb', appendonly } });
  const redis = connectRedis({ url: running.url, host: '', port: 0, db: 0 }, 'compat');
  const end = async () => {
    redis.disconnect();
    await running.stop();
  };
  await untilReady(redis).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return { server: running, redis, end };
}

/** Turns the append-only file on, and waits until it holds everything. */
export async function appendFromNowOn({ redis }: Life): Promise<void> {
  await redis.call('CONFIG', 'SET', 'appendonly', 'yes');
  const isWritten = async () => {
    const facts = await redis.info('persistence');
    return ['aof_enabled:1', 'aof_rewrite_in_progress:0', 'aof_rewrite_scheduled:0'].every((fact) =>
      facts.includes(fact),
    );
  };
  await waitFor(isWritten, { what: 'the append-only file' });
}

/** Submits plans, each of a symbol of its own. Those whose number is a multiple of three are refused. */
export async function submit(redis: Redis, planIds: readonly string[]): Promise<void> {
  for (const [i, id] of planIds.entries()) {
    const fields = { plan_id: id, symbol: id.toUpperCase(), action: 'OPEN', decision: 'EXECUTE', side: 'BUY' };
    const order = { qty: '0.01', price: '100.1', kill_score: i % 3 === 0 ? '0.9' : '0.1' };
    await redis.xadd(STREAMS.plans, '*', ...Object.entries({ ...fields, ...order }).flat());
  }
}

/** The texts of the records of plans; null for one that is not decided. */
export const recordsOf = (redis: Redis, planIds: readonly string[]): Promise<(string | null)[]> =>
  Promise.all(planIds.map((id) => redis.get(decidedKey(id))));

/** Runs a governor until nothing waits and nothing is pending, and stops it. */
export async function govern({ server, redis }: Life, mainFile: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'quantum-moves-'));
  const env = { ...process.env, REDIS_URL: server.url, GOV_PLAN_MAX_AGE_SEC: '3600' };
  const governor = startService({ name: 'governor', mainFile, env, logFile: join(folder, 'governor.log') });
  try {
    await governor.listening();
    await waitFor(() => isDrained(redis), { what: 'the governor to decide every plan' });
  } finally {
    await governor.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function isDrained(redis: Redis): Promise<boolean> {
  const group = (await groupsOf(redis, STREAMS.plans)).find(({ name }) => name === GOVERNOR_GROUP);
  const [pending] = await redis.xpending(STREAMS.plans, GOVERNOR_GROUP);
  return group?.lastDeliveredId === (await lastEntryId(redis, STREAMS.plans)) && pending === 0;
}
