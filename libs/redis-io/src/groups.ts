import { runBatch } from './batch.js';
import type { Redis } from './connect.js';
import { valueOf } from './reply.js';

/** A consumer group of a stream. */
export interface Group {
  name: string;
  consumers: number;
  lastDeliveredId: string;
}

/** All consumer groups of a stream; none if there is no stream. @throws Error if the server does not answer. */
export async function groupsOf(redis: Redis, stream: string): Promise<Group[]> {
  const [reply] = await runBatch(redis, [['xinfo', 'GROUPS', stream]]);
  if (reply?.ok === false && /no such key/.test(reply.error.message)) return [];
  return (valueOf(reply) as unknown[][]).map((flat) => {
    const value = (name: string) => flat[flat.indexOf(name) + 1];
    return {
      name: String(value('name')),
      consumers: Number(value('consumers')),
      lastDeliveredId: String(value('last-delivered-id')),
    };
  });
}

/** "executor (2 consumers), audit (1 consumer)" */
export const describeGroups = (groups: readonly Group[]): string =>
  groups.map(({ name, consumers }) => `${name} (${consumers} consumer${consumers === 1 ? '' : 's'})`).join(', ');
