import { decidedKey, STREAMS } from '@quantum/redis-schemas';
import { waitFor } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import type { Harness } from '../harness/harness.js';
import { putBacklog, putGateState, putMultipliers, symbolsOf } from '../harness/market.js';
import type { RawClient } from '../harness/raw-client.js';
import type { Service } from '../harness/service.js';

const SYMBOLS = 500;
/** Interval at which Redis is asked whether all is done, ms. It is not part of the measurement. */
const POLL_MS = 20;
const PATIENCE_MS = 120_000;

/** All gates on, with limits that refuse nothing. */
export const GOVERNOR_ENV = {
  GOV_SYMBOL_COOLDOWN_SECONDS: '0',
  GOV_MAX_EXEC_PER_HOUR: '1000000000',
  GOV_MAX_EXEC_PER_5MIN: '1000000000',
  GOV_MAX_NOTIONAL_PER_DAY_USD: '1000000000000',
  GOV_PLAN_MAX_AGE_SEC: '600',
  P31_EFF_TTL_SEC: '86400',
};

/** A database with a backlog, for any contestant. */
export interface Backlog {
  redis: Redis;
  raw: RawClient;
  /** Empties the database and refills it: plans of the millisecond `atMs`, the group, the inputs of gates and hints. */
  fill: (plans: number, atMs?: number) => Promise<void>;
  empty: () => Promise<unknown>;
}

/** @param isEnforced whether a rollout enforces a multiplier of every symbol, which permits the plans too */
export async function backlogIn(harness: Harness, db: number, isEnforced = false): Promise<Backlog> {
  const [redis, raw] = [harness.client(db), await harness.raw(db)];
  const symbols = symbolsOf(SYMBOLS);
  return {
    redis,
    raw,
    fill: async (plans, atMs = Date.now()) => {
      await redis.flushdb('SYNC');
      await putGateState(raw, symbols);
      if (isEnforced) await putMultipliers(raw, symbols);
      await putBacklog(raw, plans, symbols, atMs);
    },
    empty: () => redis.flushdb('SYNC'),
  };
}

/** Governors that each drain a backlog in their pass, and are suspended in between. */
export interface GovernorPasses {
  services: readonly Service[];
  /** Plans per second between the first and the last batch of a backlog, all of it permitted. */
  drain: (plans: number) => Promise<number>;
  /** CPU time of each backlog but the first, us per plan. */
  work: Work[];
}

/** CPU time of the governors' processes, and of Redis' main thread. */
interface Work {
  governorsUs: number;
  redisUs: number;
}

/** @param mainFile one program per governor */
export async function startGovernors(
  harness: Harness,
  db: number,
  mainFiles: readonly string[],
  warmUpPlans: number,
  { env = {}, isEnforced = false }: { env?: Readonly<Record<string, string>>; isEnforced?: boolean } = {},
): Promise<GovernorPasses> {
  const backlog = await backlogIn(harness, db, isEnforced);
  const services = await Promise.all(
    mainFiles.map((mainFile) => harness.service('governor-plugin', db, { ...GOVERNOR_ENV, ...env }, { mainFile })),
  );
  await Promise.all(services.map((service) => service.ready()));
  await freeze(services, backlog.redis);
  const spentSec = async () => ({
    governors: services.reduce((sum, service) => sum + service.cpuSec(), 0),
    redis: await redisCpuSec(backlog.redis),
  });
  const work: Work[] = [];
  const drain = async (plans: number): Promise<number> => {
    await backlog.fill(plans);
    const before = await spentSec();
    for (const service of services) service.resume();
    await untilServed(backlog.redis, plans);
    await freeze(services, backlog.redis);
    const after = await spentSec();
    work.push({
      governorsUs: (1e6 * (after.governors - before.governors)) / plans,
      redisUs: (1e6 * (after.redis - before.redis)) / plans,
    });
    const speed = await speedOf(backlog.redis, plans);
    await backlog.empty();
    return speed;
  };
  await drain(warmUpPlans);
  work.length = 0;
  return { services, drain, work };
}

/** CPU time of a server's main thread, seconds, by its own account. */
export async function redisCpuSec(redis: Redis): Promise<number> {
  const info = await redis.info('cpu');
  const spent = (what: string) => Number(new RegExp(`^used_cpu_${what}_main_thread:([\\d.]+)`, 'm').exec(info)?.[1]);
  return spent('user') + spent('sys');
}

/** Suspends the processes between two reads: a process that is suspended while it waits would still receive plans. */
async function freeze(services: readonly Service[], redis: Redis): Promise<void> {
  for (const service of services) service.pause();
  await waitFor(
    async () => /^blocked_clients:0\r$/m.test(await redis.info('clients')),
    patiently('the governors to read'),
  );
}

/** Resolves when every entry was delivered and acknowledged. */
export async function untilServed(redis: Redis, plans: number): Promise<void> {
  const isServed = async (): Promise<boolean> => {
    const [group] = (await redis.call('XINFO', 'GROUPS', STREAMS.plans).catch(() => [])) as (string | number)[][];
    if (!group) return false;
    const value = (name: string) => group[group.indexOf(name) + 1];
    return value('entries-read') === plans && value('pending') === 0;
  };
  await waitFor(isServed, patiently(`${plans} plans to be served`));
}

const patiently = (what: string) => ({ what, timeoutMs: PATIENCE_MS, everyMs: POLL_MS });

/** By the records, which hold each batch's start: the plans of all batches but the last, over the time between. */
async function speedOf(redis: Redis, plans: number): Promise<number> {
  const times: number[] = [];
  for (let from = 0; from < plans; from += 1000) {
    const keys = Array.from({ length: Math.min(1000, plans - from) }, (_, i) => decidedKey(`p${from + i}`));
    for (const text of await redis.mget(keys)) {
      const record = JSON.parse(text ?? '{}') as { decided_at?: number; outcome?: string };
      if (record.outcome !== 'permit') throw new Error(`a plan was not permitted: ${text ?? 'no record'}`);
      times.push(record.decided_at ?? NaN);
    }
  }
  const [first, last] = times.reduce(([min, max], at) => [Math.min(min, at), Math.max(max, at)], [Infinity, -Infinity]);
  return times.filter((at) => at < last).length / (last - first);
}
