import type { Clock } from '@quantum/clock';
import { replicated, runBatch, type Command, type Redis, type Reply } from '@quantum/redis-io';

/** How long a batch waits for replicas, ms: they are usually behind by less than a millisecond. */
const REPLICAS_TIMEOUT_MS = 500;
/** The same after a wait in vain, ms: the connection serves nothing else meanwhile, and exits need it. */
const SHORT_TIMEOUT_MS = 20;
/** How long waits are short after one in vain, ms. */
const SHORT_FOR_MS = 3000;

export interface ReplicateOptions {
  clock: Pick<Clock, 'steadyMs'>;
  /** Replicas of Redis that must have a decision before it is finished; 0 asks for none. */
  waitReplicas: number;
  decisionTtlSec: number;
}

/** Until when the waits of a connection are short, by its clock. */
const shortUntilMs = new WeakMap<Redis, number>();

/**
 * Whether enough replicas have each record. A connection waits for its own writes alone, so that a record of another
 * attempt is written to first. One that cannot be written to is on none: its connection was lost, or the replica that
 * has replaced its master never had it, and a wait without writes ends at once.
 * @throws BatchError when Redis went away.
 */
export async function areReplicated(
  redis: Redis,
  recordKeys: readonly string[],
  { clock, waitReplicas, decisionTtlSec }: ReplicateOptions,
): Promise<boolean[]> {
  const writes = await runBatch(
    redis,
    recordKeys.map((key): Command => ['expire', key, decisionTtlSec]),
  );
  const isShort = clock.steadyMs() < (shortUntilMs.get(redis) ?? -Infinity);
  const timeoutMs = isShort ? SHORT_TIMEOUT_MS : REPLICAS_TIMEOUT_MS;
  const isOnReplicas = await replicated(redis, recordKeys, waitReplicas, timeoutMs);
  if (isOnReplicas.every(Boolean)) shortUntilMs.delete(redis);
  else if (!isShort) shortUntilMs.set(redis, clock.steadyMs() + SHORT_FOR_MS);
  return isOnReplicas.map((isOn, i) => isOn && isWritten(writes[i]));
}

const isWritten = (reply: Reply | undefined): boolean => reply?.ok === true && reply.value === 1;
