import type { Redis } from '@quantum/redis-io';
import { OUR_GROUPS } from '@quantum/redis-schemas';

/** A consumer group of a stream. */
export interface Group {
  name: string;
  consumers: number;
  lastDeliveredId: string;
}

/** All consumer groups of a stream; none where there is no stream. */
export async function groupsOf(redis: Redis, stream: string): Promise<Group[]> {
  if ((await redis.exists(stream)) === 0) return [];
  const groups = (await redis.xinfo('GROUPS', stream)) as unknown[][];
  return groups.map((flat) => {
    const value = (name: string) => flat[flat.indexOf(name) + 1];
    return {
      name: String(value('name')),
      consumers: Number(value('consumers')),
      lastDeliveredId: String(value('last-delivered-id')),
    };
  });
}

export const isOurs = ({ name }: Group): boolean => OUR_GROUPS.has(name);

/** Who else reads the plans: an executor could act on ours. A reader without a group cannot be seen. */
export const otherReaders = async (redis: Redis, plansStream: string): Promise<Group[]> =>
  (await groupsOf(redis, plansStream)).filter((group) => !isOurs(group));

/** "executor (2 consumers), audit (1 consumer)" */
export const describeGroups = (groups: readonly Group[]): string =>
  groups.map(({ name, consumers }) => `${name} (${consumers} consumer${consumers === 1 ? '' : 's'})`).join(', ');
