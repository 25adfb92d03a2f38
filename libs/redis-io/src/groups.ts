import { runBatch } from './batch.js';
import type { Redis } from './connect.js';
import { valueOf } from './reply.js';

/** A consumer group of a stream. */
export interface Group {
  name: string;
  consumers: number;
  lastDeliveredId: string;
}

/** All consumer groups of a stream; none where there is no stream. @throws Error where the server does not say. */
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
