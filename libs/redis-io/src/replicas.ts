import { Cluster } from 'ioredis';
import { runBatch } from './batch.js';
import { waitOnMasters } from './cluster-batch.js';
import type { Redis } from './connect.js';
import { valueOf } from './reply.js';

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
