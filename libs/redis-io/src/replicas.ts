import { Cluster } from 'ioredis';
import { runBatch } from './batch.js';
import { askMasters, waitOnMasters } from './cluster-batch.js';
import type { Redis } from './connect.js';
import { BatchError, SlotDownError, valueOf, type Command } from './reply.js';

const REPLICATION: Command = ['info', 'replication'];

/**
 * Connected replicas of the master with the most of them. A master of a Cluster that is away has no say: it does not
 * hold what another has just written.
 * @throws BatchError where none answers, or one does not say
 */
export async function connectedReplicas(redis: Redis): Promise<number> {
  const replies = redis instanceof Cluster ? await askMasters(redis, REPLICATION) : await runBatch(redis, [REPLICATION]);
  const infos = replies.filter((reply) => reply.ok || !(reply.error instanceof SlotDownError)).map(valueOf);
  const counts = infos.map((info) => Number(/^connected_slaves:(\d+)/m.exec(String(info))?.[1] ?? NaN));
  if (counts.length === 0 || counts.some(Number.isNaN)) throw new BatchError('Redis does not say how many replicas it has');
  return Math.max(...counts);
} // prettier-ignore

/**
 * Waits until the writes of this connection are on `replicas` replicas (in a Cluster, those of each key's master), or
 * the time is over. Returns for each key whether they are. Writes of others count only up to the last write of this
 * connection.
 * @throws BatchError when Redis does not answer.
 */
export async function replicated(
  redis: Redis,
  keys: readonly string[],
  replicas: number,
  timeoutMs: number,
): Promise<boolean[]> {
  if (keys.length === 0) return [];
  if (redis instanceof Cluster) return waitOnMasters(redis, keys, replicas, timeoutMs);
  const [reply] = await runBatch(redis, [['wait', replicas, timeoutMs]], { waitMs: timeoutMs });
  const enough = (valueOf(reply) as number) >= replicas;
  return keys.map(() => enough);
}
