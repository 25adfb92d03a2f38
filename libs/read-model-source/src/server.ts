import type { ServerReading } from '@quantum/read-model';
import { mastersOf, readEvictionPolicy, runBatch, serverVersion, type Redis } from '@quantum/redis-io';

/** What the server is. Of what it does not say, nothing is known. @throws Error where Redis does not answer */
export async function readServer(redis: Redis): Promise<ServerReading> {
  const [{ product, text }, evictionPolicy, [replication]] = await Promise.all([
    serverVersion(redis),
    readEvictionPolicy(mastersOf(redis)),
    runBatch(redis, [['info', 'replication']]),
  ]);
  const info = replication?.ok ? String(replication.value) : '';
  const replicas = /^connected_slaves:(\d+)/m.exec(info)?.[1];
  return {
    product,
    version: text,
    role: (/^role:(\w+)/m.exec(info)?.[1] ?? '').replace('slave', 'replica'),
    replicas: replicas === undefined ? null : Number(replicas),
    evictionPolicy: evictionPolicy ?? '',
  };
}
