import type { Redis } from './connect.js';
import { memberOf, type Lease } from './leases.js';
import FENCE from './lua/fence.lua';
import { valueOf } from './reply.js';
import { runScripts, scriptCommand, type Script } from './script.js';

/** First part of a script that only the holder of a lease may run: lua/fence.lua. */
export const FENCE_LUA = FENCE;

/** Redis refused to publish a shard for this process: its lease is lost, or its cycle is not newer. */
export class ShardRefusedError extends Error {
  override name = 'ShardRefusedError';
  readonly lease: Lease;
  readonly reason: 'lost' | 'older';
  constructor(lease: Lease, reason: 'lost' | 'older', message: string) {
    super(message);
    this.lease = lease;
    this.reason = reason;
  }
}

/** The keys and arguments of every fenced script. The published cycle lives for `cycleTtlSec`. */
export function fenceOf(
  { keys, shard, token, leaseMs, process, ...lease }: Lease,
  tsEpochSec: number,
  cycleTtlSec: number,
): { keys: string[]; args: (string | number)[] } {
  return {
    keys: [keys.lease(shard), keys.members, keys.published(shard)],
    args: [token, leaseMs, process, tsEpochSec, cycleTtlSec, memberOf({ shards: lease.shards, process })],
  };
}

/**
 * Runs a fenced script. Resolves to the rest of its answer after `ok`.
 * @throws ShardRefusedError if it did nothing; BatchError, or the error of Redis.
 */
export async function runFenced(
  redis: Redis,
  lease: Lease,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<(string | number)[]> {
  const [reply] = await runScripts(redis, [script], [scriptCommand(script, keys, args)]);
  const [status, ...rest] = valueOf(reply) as [string, ...(string | number)[]];
  const { shard } = lease;
  if (status === 'lost') throw new ShardRefusedError(lease, 'lost', `the lease of shard ${shard} is lost`);
  if (status === 'older') {
    const why = `another process has published shard ${shard} at ts_epoch ${rest[0] ?? '?'}, which is not in the past here`;
    throw new ShardRefusedError(lease, 'older', why);
  }
  return rest;
}
