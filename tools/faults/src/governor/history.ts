import {
  blockKey,
  dailyKey,
  decidedKey,
  GOVERNOR_GROUP,
  inFlightKey,
  isLaterId,
  lastExecKey,
  STREAMS,
  windowKey,
} from '@quantum/redis-schemas';
import { readStream, type ConsumedPermit, type StreamEntry } from '@quantum/testbed';
import type { Redis } from 'ioredis';
import { sendAll } from '../harness/send.js';

export type Entry = StreamEntry;

const ONE_STREAM: readonly string[] = [STREAMS.plans];

/** The result of a run, as text: everything that a checker needs, without its authors. */
export interface History {
  plans: readonly Entry[];
  /** Decision records by plan id. */
  records: ReadonlyMap<string, string>;
  permits: readonly ConsumedPermit[];
  /** Refusals by plan id. */
  blocks: ReadonlyMap<string, string>;
  events: readonly Entry[];
  deadLetters: readonly Entry[];
  /** By symbol, plan ids with their times. */
  windows: ReadonlyMap<string, ReadonlyMap<string, number>>;
  days: ReadonlyMap<string, Readonly<Record<string, string>>>;
  lastExec: ReadonlyMap<string, string>;
  inflight: ReadonlyMap<string, readonly string[]>;
  /** Delivered and not acknowledged; not delivered. */
  pending: number;
  undelivered: number;
  /** When all was read, by Redis' clock, unix seconds: what expired before is not in it. */
  readSec: number;
}

/** Unfinished entries of the governors' group, of all streams of plans. */
export async function openWork(redis: Redis, streams = ONE_STREAM): Promise<{ pending: number; undelivered: number }> {
  const open = await Promise.all(streams.map((stream) => openWorkOf(redis, stream)));
  return {
    pending: open.reduce((sum, { pending }) => sum + pending, 0),
    undelivered: open.reduce((sum, { undelivered }) => sum + undelivered, 0),
  };
}

/** All entries of the stream if there is no group. */
async function openWorkOf(redis: Redis, stream: string): Promise<{ pending: number; undelivered: number }> {
  const groups = (await redis.xinfo('GROUPS', stream)) as unknown[][];
  const group = groups.find((flat) => flat[flat.indexOf('name') + 1] === GOVERNOR_GROUP);
  if (!group) return { pending: 0, undelivered: await redis.xlen(stream) };
  const delivered = String(group[group.indexOf('last-delivered-id') + 1]);
  const undelivered = await redis.xrange(stream, `(${delivered}`, '+');
  return { pending: Number(group[group.indexOf('pending') + 1]), undelivered: undelivered.length };
}

/** Reads the whole history. The run is over, so nothing is written any more. */
export async function readHistory(
  redis: Redis,
  permits: readonly ConsumedPermit[],
  streams = ONE_STREAM,
): Promise<History> {
  const plans = (await Promise.all(streams.map((stream) => readStream(redis, stream)))).flat().sort(byId);
  const planIds = unique(plans.map(({ fields }) => fields['plan_id'] ?? ''));
  const symbols = unique(plans.map(({ fields }) => fields['symbol'] ?? ''));
  const windows = await ask<string[]>(redis, symbols, (symbol) => [
    'zrange',
    windowKey(symbol),
    '0',
    '-1',
    'WITHSCORES',
  ]);
  const kept = {
    plans,
    records: present(await ask<string | null>(redis, planIds, (id) => ['get', decidedKey(id)])),
    permits,
    blocks: present(await ask<string | null>(redis, planIds, (id) => ['get', blockKey(id)])),
    events: await readStream(redis, STREAMS.events),
    deadLetters: await readStream(redis, STREAMS.deadletter),
    windows: new Map([...windows].map(([symbol, flat]) => [symbol, scores(flat)])),
    days: await ask<Record<string, string>>(redis, symbols, (symbol) => ['hgetall', dailyKey(symbol)]),
    inflight: await ask<string[]>(redis, symbols, (symbol) => ['hkeys', inFlightKey(symbol)]),
    lastExec: present(await ask<string | null>(redis, symbols, (symbol) => ['get', lastExecKey(symbol)])),
    ...(await openWork(redis, streams)),
  };
  return { ...kept, readSec: Number((await redis.time())[0]) };
}

const byId = (a: Entry, b: Entry): number => (isLaterId(a.id, b.id) ? 1 : -1);

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** One command per name; a key of another type has no answer. */
async function ask<T>(
  redis: Redis,
  names: readonly string[],
  command: (name: string) => string[],
): Promise<Map<string, T>> {
  const replies = await sendAll(redis, names.map(command));
  const answers = new Map<string, T>();
  names.forEach((name, i) => {
    const [error, value] = replies[i] ?? [new Error('no reply')];
    if (!error) answers.set(name, value as T);
  });
  return answers;
}

const present = (answers: Map<string, string | null>): Map<string, string> =>
  new Map([...answers].flatMap(([name, text]): [string, string][] => (text === null ? [] : [[name, text]])));

function scores(flat: readonly string[]): Map<string, number> {
  const all = new Map<string, number>();
  for (let i = 0; i + 1 < flat.length; i += 2) all.set(flat[i] ?? '', Number(flat[i + 1]));
  return all;
}

/** Decision times of the plans in the stream, in order, unix seconds. */
export async function recordTimes(redis: Redis): Promise<number[]> {
  const plans = await readStream(redis, STREAMS.plans);
  const ids = unique(plans.map(({ fields }) => fields['plan_id'] ?? ''));
  const records = present(await ask<string | null>(redis, ids, (id) => ['get', decidedKey(id)]));
  const times = [...records.values()].map((json) => (JSON.parse(json) as { decided_at: number }).decided_at);
  return times.sort((a, b) => a - b);
}
