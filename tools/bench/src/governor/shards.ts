import { setTimeout as delay } from 'node:timers/promises';
import { runBatch, type Command, type Redis } from '@quantum/redis-io';
import { decidedKey, GOVERNOR_GROUP, STREAMS } from '@quantum/redis-schemas';
import { waitFor } from '@quantum/testbed';
import type { Redis as Client } from 'ioredis';
import { gateStateCommands, planFields, symbolsOf } from '../harness/market.js';
import type { Service } from '../harness/service.js';
import { redisCpuSec } from './backlog.js';

const STREAM_COUNT = 16;
/** As many as the default limits allow in an hour. */
const PLANS_PER_SYMBOL = 3;
/** Time between two plans that come one at a time, ms: long enough for each to be a batch of its own. */
const PACE_MS = 4;
const PATIENCE_MS = 240_000;
const COMMANDS_PER_BATCH = 2000;

const plansStream = (shard: number): string => `${STREAMS.plans}:{${shard}}`;
const SHARDS = Array.from({ length: STREAM_COUNT }, (_, shard) => shard);
/** The streams, as STREAM_PLANS. */
export const STREAM_PLANS = SHARDS.map(plansStream).join(',');

export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** A governor and its Redis. */
export interface Deployment {
  redis: Redis;
  /** A connection to each master. */
  clients: readonly Client[];
  governor: Service;
}

/** CPU time of plans, us each: of each master's main thread, and of the governor. */
export interface Work {
  redisUs: number[];
  governorUs: number;
  /** Attempts that were too late to grant, a plan: they are done again, and so make more work. */
  late: number;
}

/** Has a backlog served. */
export async function drain(deployment: Deployment, plans: number): Promise<Work> {
  const { redis, governor } = deployment;
  const symbols = symbolsOf(plans / PLANS_PER_SYMBOL);
  await empty(deployment);
  await send(redis, [...stateCommands(symbols), ...planCommands('p', plans, symbols)]);
  const work = await workOf(deployment, plans, () => {
    governor.resume();
    return Promise.resolve();
  });
  await checkPermits(redis, plans);
  return work;
}

/** Has plans served that come one at a time; what adding them takes is in the work of Redis. */
export async function pace(deployment: Deployment, plans: number): Promise<Work> {
  const { redis, governor } = deployment;
  const symbols = symbolsOf(plans / PLANS_PER_SYMBOL);
  await empty(deployment);
  await send(redis, [...stateCommands(symbols), ...planCommands('first', STREAM_COUNT, symbols)]);
  governor.resume();
  await untilServed(redis, STREAM_COUNT);
  const work = await workOf(deployment, plans, async () => {
    for (const command of planCommands('p', plans, symbols)) {
      await send(redis, [command]);
      await delay(PACE_MS);
    }
  });
  await checkPermits(redis, plans);
  return work;
}

/** Suspends the governor and empties Redis. A process that is suspended while it waits would still receive plans. */
async function empty({ clients, governor }: Deployment): Promise<void> {
  governor.pause();
  const isQuiet = async (): Promise<boolean> => {
    const texts = await Promise.all(clients.map((client) => client.info('clients')));
    return texts.every((text) => /^blocked_clients:0\r$/m.test(text));
  };
  await waitFor(isQuiet, patiently('the reads to end'));
  await Promise.all(clients.map((client) => client.flushall('SYNC')));
}

/** CPU time from the beginning of `publish` until all plans are served. */
async function workOf(
  { redis, clients, governor }: Deployment,
  plans: number,
  publish: () => Promise<void>,
): Promise<Work> {
  const served = await servedOf(redis);
  const before = await spentOf(clients);
  const governorBefore = governor.cpuSec();
  await publish();
  await untilServed(redis, served + plans);
  const after = await spentOf(clients);
  const governorUs = (1e6 * (governor.cpuSec() - governorBefore)) / plans;
  const late = (await newLateOf(governor)) / plans;
  governor.pause();
  return { redisUs: after.map((sec, i) => (1e6 * (sec - (before[i] ?? NaN))) / plans), governorUs, late };
}

/** What each governor had counted at the last call. */
const counted = new WeakMap<Service, number>();

/** Late attempts since the last call. */
async function newLateOf(governor: Service): Promise<number> {
  const now = Number(/^p32_errors_total\{kind="late"\} (\d+)$/m.exec(await governor.metrics())?.[1] ?? 0);
  const before = counted.get(governor) ?? 0;
  counted.set(governor, now);
  return now - before;
}

const untilServed = (redis: Redis, plans: number): Promise<true> =>
  waitFor(async () => (await servedOf(redis)) === plans, patiently(`${plans} plans to be served`));

/** The groups, and the state of gates. */
const stateCommands = (symbols: readonly string[]): Command[] => [
  ...SHARDS.map((shard): Command => ['xgroup', 'CREATE', plansStream(shard), GOVERNOR_GROUP, 0, 'MKSTREAM']),
  ...gateStateCommands(symbols),
];

/** The plans: all of a symbol on one stream. */
function planCommands(prefix: string, plans: number, symbols: readonly string[]): Command[] {
  return Array.from({ length: plans }, (_, i): Command => {
    const at = i % symbols.length;
    return ['xadd', plansStream(at % STREAM_COUNT), '*', ...planFields(`${prefix}${i}`, symbols[at] ?? '')];
  });
}

async function send(redis: Redis, commands: readonly Command[]): Promise<void> {
  for (let from = 0; from < commands.length; from += COMMANDS_PER_BATCH) {
    for (const reply of await runBatch(redis, commands.slice(from, from + COMMANDS_PER_BATCH))) {
      if (!reply.ok) throw reply.error;
    }
  }
}

/** CPU time of the main thread of each master, seconds. */
const spentOf = (clients: readonly Client[]): Promise<number[]> => Promise.all(clients.map(redisCpuSec));

/** Entries that were delivered and acknowledged, of all streams. */
async function servedOf(redis: Redis): Promise<number> {
  const replies = await runBatch(redis, SHARDS.map((shard): Command => ['xinfo', 'GROUPS', plansStream(shard)])); // prettier-ignore
  return total(
    replies.map((reply) => {
      const [group = []] = (reply.ok ? reply.value : []) as (string | number)[][];
      const value = (name: string) => Number(group[group.indexOf(name) + 1] ?? 0);
      return value('entries-read') - value('pending');
    }),
  );
}

/** @throws Error where a plan was not permitted: refusals are other work. */
async function checkPermits(redis: Redis, plans: number): Promise<void> {
  const ids = Array.from({ length: plans }, (_, i) => `p${i}`);
  for (let from = 0; from < plans; from += COMMANDS_PER_BATCH) {
    const keys = ids.slice(from, from + COMMANDS_PER_BATCH).map(decidedKey);
    for (const reply of await runBatch(
      redis,
      keys.map((key): Command => ['get', key]),
    )) {
      const text = reply.ok ? String(reply.value) : reply.error.message;
      if (!text.includes('"permit"')) throw new Error(`a plan was not permitted: ${text}`);
    }
  }
}

const patiently = (what: string) => ({ what, timeoutMs: PATIENCE_MS, everyMs: 100 });
