import { GOVERNOR_GROUP, fieldsOf, lostPlansKey } from '@quantum/redis-schemas';
import type { EntryFacts, PlanStreamFacts } from '../facts.js';
import type { Asker } from './ask.js';

type Flat = readonly unknown[];

/** The last entries of a stream, the newest first. @throws BatchError when Redis does not answer */
export async function lastEntries(asker: Asker, stream: string, count: number): Promise<EntryFacts[]> {
  const [entries] = await asker.values(stream, [['xrevrange', stream, '+', '-', 'COUNT', count]]);
  return ((entries ?? []) as [id: string, flat: string[]][]).map(([id, flat]) => ({ id, fields: fieldsOf(flat) }));
}

const valueIn = (flat: Flat | undefined, name: string): unknown => flat?.[flat.indexOf(name) + 1];

/** The plan stream and its groups; undefined if absent. @throws BatchError when Redis does not answer */
export async function readPlanStream(asker: Asker, key: string): Promise<PlanStreamFacts | undefined> {
  const [stream, groups, consumers, lost] = (await asker.values(key, [
    ['xinfo', 'STREAM', key],
    ['xinfo', 'GROUPS', key],
    ['xinfo', 'CONSUMERS', key, GOVERNOR_GROUP],
    ['hmget', lostPlansKey(key), ...LOST],
  ])) as [Flat | undefined, Flat[] | undefined, Flat[] | undefined, (string | null)[] | undefined];
  if (!stream) return undefined;
  const [firstId = ''] = (valueIn(stream, 'first-entry') ?? []) as string[];
  return {
    key,
    firstId,
    groups: (groups ?? []).map((flat) => ({
      name: String(valueIn(flat, 'name')),
      lastDeliveredId: String(valueIn(flat, 'last-delivered-id')),
      pending: Number(valueIn(flat, 'pending')),
    })),
    consumers: (consumers ?? []).map((flat) => ({
      name: String(valueIn(flat, 'name')),
      idleSec: Number(valueIn(flat, 'idle')) / 1000,
      pending: Number(valueIn(flat, 'pending')),
    })),
    lost: Object.fromEntries(LOST.flatMap((name, i) => (lost?.[i] == null ? [] : [[name, lost[i]]]))),
  };
}

const LOST = ['total', 'last_count', 'last_from', 'last_to'] as const;
