import { readFileSync } from 'node:fs';
import { efficiencyKey, EFFICIENCY_FIELDS, GOVERNOR_GROUP, KILL_KEY, permitKey, STREAMS } from '@quantum/redis-schemas';
import { Redis } from 'ioredis';
import { CommandSplitter } from '../harness/resp.js';
import { RawClient } from '../harness/raw-client.js';
import { timed, type Baseline } from './baseline.js';

const PERMIT_TTL_SEC = 60;
const EVENTS = 'bench:events';
/** A text of a permit's length. */
const PERMIT = JSON.stringify({ granted: true, filling: 'x'.repeat(380) });

interface Entry {
  id: string;
  planId: string;
  symbol: string;
}

/** Reads new entries of the group `governor`; empty if none arrives within `blockMs`. */
async function read(redis: Redis, count: number, blockMs: number): Promise<Entry[]> {
  const reply = (await redis.xreadgroup(
    'GROUP', GOVERNOR_GROUP, 'baseline', 'COUNT', count, 'BLOCK', blockMs, 'STREAMS', STREAMS.plans, '>',
  )) as [string, [string, string[]][]][] | null; // prettier-ignore
  return (reply?.[0]?.[1] ?? []).map(([id, fields]) => ({
    id,
    planId: fields[fields.indexOf('plan_id') + 1] ?? '',
    symbol: fields[fields.indexOf('symbol') + 1] ?? '',
  }));
}

const ack = (redis: Redis, entries: readonly Entry[]): Promise<unknown> =>
  redis.xack(STREAMS.plans, GOVERNOR_GROUP, ...entries.map(({ id }) => id));

/** Drains a backlog and returns plans per second, from the first entry to the last acknowledgement. */
async function drain(redis: Redis, count: number, serve: (entries: Entry[]) => Promise<unknown>): Promise<number> {
  let entries = await read(redis, count, 1);
  const startMs = performance.now();
  let served = 0;
  while (entries.length > 0) {
    await serve(entries);
    served += entries.length;
    entries = await read(redis, count, 1);
  }
  return (1000 * served) / (performance.now() - startMs);
}

/** Without gates and decisions: reads 100, one GET and one event per plan, acknowledges. Returns plans/s. */
export const toyLoop: Baseline<undefined> = ({ path, db }) => {
  const redis = new Redis({ path, db });
  return Promise.resolve(() =>
    drain(redis, 100, async (entries) => {
      const gets = redis.pipeline(entries.map(({ symbol }) => ['get', `bench:${symbol}`]));
      await gets.exec();
      const adds = redis.pipeline(
        entries.map(({ planId }) => ['xadd', EVENTS, 'MAXLEN', '~', '10000', '*', 'plan_id', planId]),
      );
      await Promise.all([adds.exec(), ack(redis, entries)]);
    }),
  );
};

/** A governor that waits for each command, one plan at a time. Returns plans/s. */
export const plansOneAtATime: Baseline<undefined> = ({ path, db }) => {
  const redis = new Redis({ path, db });
  return Promise.resolve(() =>
    drain(redis, 1, async (entries) => {
      for (const { planId, symbol } of entries) {
        await redis.get(KILL_KEY);
        await redis.hmget(efficiencyKey(symbol), ...EFFICIENCY_FIELDS);
        await redis.set(permitKey(planId), PERMIT, 'EX', PERMIT_TTL_SEC, 'NX');
        await redis.xadd(EVENTS, 'MAXLEN', '~', 10_000, '*', 'plan_id', planId);
      }
      await ack(redis, entries);
    }),
  );
};

/** The same bytes that a governor sent for a backlog, at once over one socket. Returns ms. */
export const replay: Baseline<{ file: string }> = async ({ path, db, options }) => {
  const raw = await RawClient.connect(path, db);
  const bytes = readFileSync(options.file);
  const commands = new CommandSplitter().feed(bytes).length;
  return () => timed(() => raw.sendBytes(bytes, commands));
};

/** Processes plans as they arrive, until it is ended: XREADGROUP, SET, XACK. It starts in its first pass. */
export const paced: Baseline<undefined> = ({ path, db }) => {
  const [blocking, redis] = [new Redis({ path, db }), new Redis({ path, db })];
  const serve = async (): Promise<void> => {
    for (;;) {
      const entries = await read(blocking, 200, 1000);
      if (entries.length === 0) continue;
      await redis
        .pipeline(entries.map(({ planId }) => ['set', permitKey(planId), PERMIT, 'EX', PERMIT_TTL_SEC]))
        .exec();
      await ack(redis, entries);
    }
  };
  return Promise.resolve(() => {
    void serve();
    return Promise.resolve(0);
  });
};
