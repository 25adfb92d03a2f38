import { Cluster } from 'ioredis';
import { runClusterBatch } from './cluster-batch.js';
import type { Redis } from './connect.js';
import { sendPipeline } from './pipeline.js';
import { becauseOf } from './read-only.js';
import { BatchError, isReplyError, NotConnectedError, replyOf, type Command, type Reply } from './reply.js';
import { withTimeout } from './timeout.js';

/** Maximum duration of a batch before the connection counts as dead, ms. */
const BATCH_TIMEOUT_MS = 5000;

export interface BatchOptions {
  /** How long the commands themselves may block on the server (BLOCK, WAIT), ms; default 0. */
  waitMs?: number;
  /** Maximum size of the replies, bytes. More than this closes the connection. Default: unlimited. */
  maxReplyBytes?: number;
}

/**
 * Sends commands as one pipeline (to a Cluster, one pipeline per master) and returns a reply per command, in order. A
 * failed command does not affect its neighbours. Commands on one key run in their order.
 * @throws BatchError when the connection is away, or replies are too large or take more than five seconds. The
 * connection is then reopened, so that a late reply cannot be taken for another's. For a Cluster, only if no part of it
 * answers. A part that does not answer within a second costs its own commands a `SlotDownError`.
 */
export async function runBatch(
  redis: Redis,
  commands: readonly Command[],
  { waitMs = 0, maxReplyBytes }: BatchOptions = {},
): Promise<Reply[]> {
  if (commands.length === 0) return [];
  if (redis.status !== 'ready')
    throw new NotConnectedError(`Redis is not connected (${becauseOf(redis, redis.status)})`);
  if (redis instanceof Cluster) return runClusterBatch(redis, commands, waitMs, maxReplyBytes);
  const results = await withTimeout(sendPipeline(redis, commands, maxReplyBytes), BATCH_TIMEOUT_MS + waitMs, () => {
    redis.disconnect(true);
  });
  const connectionLost = results.every(([error]) => error !== null && !isReplyError(error));
  // The client's own message names its retry options, which we do not use.
  if (connectionLost)
    throw new BatchError(becauseOf(redis, 'the connection to Redis was lost'), { cause: results[0]?.[0] });
  return results.map(replyOf);
}
