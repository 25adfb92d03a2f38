import { Cluster } from 'ioredis';
import { runClusterBatch } from './cluster-batch.js';
import type { Redis } from './connect.js';
import { sendPipeline } from './pipeline.js';
import { BatchError, isReplyError, replyOf, type Command, type Reply } from './reply.js';
import { withTimeout } from './timeout.js';

/** How long a batch may take before the connection counts as dead, ms. */
const BATCH_TIMEOUT_MS = 5000;

export interface BatchOptions {
  /** How long the commands themselves may make the server wait (BLOCK, WAIT), ms; default 0. */
  waitMs?: number;
  /** Most bytes that the answers may have; more of them cut the connection. Default: any number. */
  maxReplyBytes?: number;
}

/**
 * Sends commands as one pipeline, to a Cluster as one pipeline a master, and answers with a reply per command, in order.
 * A failed command leaves its neighbours alone. Commands on one key are carried out in their order.
 * @throws BatchError when the connection is away, or answers too much or not within five seconds (it is then opened anew,
 * so that a late answer cannot be taken for another's). Of a Cluster, only if no part of it answers: a part that does not within
 * a second costs its own commands a `SlotDownError`.
 */
export async function runBatch(
  redis: Redis,
  commands: readonly Command[],
  { waitMs = 0, maxReplyBytes }: BatchOptions = {},
): Promise<Reply[]> {
  if (commands.length === 0) return [];
  if (redis.status !== 'ready') throw new BatchError(`Redis is not connected (${redis.status})`);
  if (redis instanceof Cluster) return runClusterBatch(redis, commands, waitMs, maxReplyBytes);
  const results = await withTimeout(sendPipeline(redis, commands, maxReplyBytes), BATCH_TIMEOUT_MS + waitMs, () => {
    redis.disconnect(true);
  });
  const connectionLost = results.every(([error]) => error !== null && !isReplyError(error));
  // The client's own words speak of its retry options, of which this is none.
  if (connectionLost) throw new BatchError('the connection to Redis was lost', { cause: results[0]?.[0] });
  return results.map(replyOf);
}
