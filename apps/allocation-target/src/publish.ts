import { runBatch, SlotDownError, type Command, type Redis, type Reply } from '@quantum/redis-io';
import {
  LAST_CYCLE_KEY,
  lastCycleHash,
  proposalHash,
  proposalStreamEntry,
  proposedKey,
  type CycleSummary,
  type ProposalRecord,
} from '@quantum/redis-schemas';

// The only file of this service that writes to Redis. Every key below comes from `proposedKey`, from `LAST_CYCLE_KEY` or
// is the proposal stream: none of them can be a live target's.

export interface PublishOptions {
  streamName: string;
  /** Approximate length that the stream is trimmed to. */
  streamMaxlen: number;
  keyTtlSec: number;
}

/**
 * A write that Redis refuses for its key alone, such as a key of another type in the place of a shadow key, or because
 * the part of a Cluster that holds it is down.
 */
export interface RefusedWrite {
  key: string;
  message: string;
}

/**
 * Publishes proposals: a stream entry each, and the shadow hash with its TTL. The stream is the record, so that a
 * proposal whose entry stands is published, also when its hash is refused; refused hashes are answered, and harm no other.
 * @throws BatchError, or Redis's own error, when the stream takes no entry or Redis gives no verdict on a hash.
 */
export async function publishProposals(
  redis: Redis,
  proposals: readonly ProposalRecord[],
  { streamName, streamMaxlen, keyTtlSec }: PublishOptions,
): Promise<RefusedWrite[]> {
  const replies = await runBatch(
    redis,
    proposals.flatMap((proposal): Command[] => [
      ['xadd', streamName, 'MAXLEN', '~', streamMaxlen, '*', ...proposalStreamEntry(proposal)],
      ['hset', proposedKey(proposal.symbol), ...proposalHash(proposal)],
      ['expire', proposedKey(proposal.symbol), keyTtlSec],
    ]),
  );
  return proposals.flatMap(({ symbol }, i) => {
    const [entry, hash, expiry] = replies.slice(3 * i, 3 * i + 3);
    if (!entry?.ok) throw entry?.error ?? new Error('Redis left a command unanswered');
    return refusals(proposedKey(symbol), [hash, expiry]);
  });
}

/** Publishes what a whole cycle did: its presence says that the cycle was complete. */
export async function publishLastCycle(redis: Redis, cycle: CycleSummary): Promise<RefusedWrite[]> {
  return refusals(LAST_CYCLE_KEY, await runBatch(redis, [['hset', LAST_CYCLE_KEY, ...lastCycleHash(cycle)]]));
}

/**
 * Gives shadow keys that have no TTL theirs. HSET and EXPIRE are two commands: a crash between them leaves a new key
 * without one, and where its symbol is gone no later cycle makes up for it.
 */
export async function expireForgotten(redis: Redis, symbols: readonly string[], keyTtlSec: number): Promise<void> {
  await runBatch(
    redis,
    symbols.map((symbol): Command => ['expire', proposedKey(symbol), keyTtlSec, 'NX']),
  );
}

function refusals(key: string, replies: readonly (Reply | undefined)[]): RefusedWrite[] {
  const failed = replies.flatMap((reply) => (reply?.ok ? [] : [reply]));
  return failed.slice(0, 1).map((reply) => {
    const refused = reply?.kind === 'key' || reply?.error instanceof SlotDownError;
    if (!refused) throw reply?.error ?? new Error('Redis left a command unanswered');
    return { key, message: reply.error.message };
  });
}
