import {
  errorKind,
  fenceOf,
  isOfMaster,
  runFenced,
  runScripts,
  WRITE_HASH,
  writeHashCommand,
  type Command,
  type Lease,
  type Redis,
  type Script,
} from '@quantum/redis-io';
import {
  LAST_CYCLE_KEY,
  lastCycleHash,
  proposalHash,
  proposalTexts,
  proposedKey,
  shardCycleKey,
  type CycleSummary,
  type ProposalRecord,
} from '@quantum/redis-schemas';
import { PUBLISH, WHOLE_CYCLE, WHOLE_CYCLE_UNGUARDED } from './publish-scripts.js';

// Apart from leases.ts, the only file of this service that writes to Redis. Every key below comes from
// `proposedKey`, is a summary's, or is the proposal stream: none of them can be a live target's.

export interface PublishOptions {
  streamName: string;
  /** Approximate length that the stream is trimmed to. */
  streamMaxlen: number;
  keyTtlSec: number;
}

/**
 * A write that Redis refuses for its key alone, such as a key of another type in the place of a shadow key, or that one
 * master of a Cluster does not take.
 */
export interface RefusedWrite {
  key: string;
  message: string;
}

/** What a script could not do: the place of the command in the script, and why. */
interface Failure {
  at: number;
  message: string;
  /** The master of a Cluster that holds the key takes no writes: it is down, or out of memory. Others may. */
  ofMaster?: boolean;
}

/** Publishing nothing checks and renews the lease. */
export const NOTHING: Publication = { proposals: [], withdrawn: [] };

/** Commands a proposal: XADD, HSET, EXPIRE. */
const COMMANDS = 3;

/** What a batch of the lease's shard came to. */
export interface Publication {
  proposals: readonly ProposalRecord[];
  /** Symbols without a proposal: no reader may meet a shadow hash whose base is gone. */
  withdrawn: readonly string[];
}

/**
 * Publishes proposals of the lease's shard: a stream entry each, and the shadow hash with its TTL. Deletes the shadow
 * hashes of symbols that have none any more. The stream is the record, so that a proposal whose entry exists is
 * published, also when its hash is refused; refused hashes are answered, and harm no other. Renews the lease, also with
 * no proposals at all. In a Cluster, where the hashes are in other slots, and where we may not write one of them, the
 * lease is checked with the stream entries, and the hashes follow; there, one master may refuse those that it holds.
 * @throws ShardRefusedError, and then nothing was written; BatchError, or what Redis said, when the stream takes no
 * entry or Redis gives no verdict on a hash.
 */
export async function publishProposals(
  redis: Redis,
  lease: Lease,
  tsEpochSec: number,
  publication: Publication,
  options: PublishOptions,
): Promise<RefusedWrite[]> {
  const { proposals, withdrawn } = publication;
  const { streamName, streamMaxlen, keyTtlSec } = options;
  const fence = fenceOf(lease, tsEpochSec, keyTtlSec);
  const args = [...fence.args, streamMaxlen, JSON.stringify(proposalTexts(proposals))];
  const runWith = (ownKeys: readonly string[]): Promise<Failure[]> =>
    failuresOf(redis, lease, PUBLISH, [...fence.keys, streamName, ...ownKeys], args);
  const shadowKeys = [...proposals.map(({ symbol }) => symbol), ...withdrawn].map(proposedKey);
  let withHashes = !redis.isCluster && shadowKeys.length > 0;
  let failures: Failure[];
  try {
    failures = await runWith(withHashes ? shadowKeys : []);
  } catch (error) {
    // Who may not write one of the keys may not run the script with it: nothing was written.
    if (!withHashes || errorKind(error as Error) !== 'key') throw error;
    withHashes = false;
    failures = await runWith([]);
  }
  const deletions = COMMANDS * proposals.length;
  const noEntry = failures.find(({ at }) => at < deletions && at % COMMANDS === 0);
  if (noEntry) throw new Error(noEntry.message);
  if (!withHashes) return publishHashes(redis, publication, keyTtlSec);
  const placeOf = (at: number): number => (at < deletions ? Math.floor(at / COMMANDS) : at - 2 * proposals.length);
  return refusals(failures, (at) => shadowKeys[placeOf(at)] ?? '');
}

async function publishHashes(
  redis: Redis,
  { proposals, withdrawn }: Publication,
  keyTtlSec: number,
): Promise<RefusedWrite[]> {
  const commands = [
    ...proposals.map((proposal) => writeHashCommand(proposedKey(proposal.symbol), proposalHash(proposal), keyTtlSec)),
    ...withdrawn.map((symbol): Command => ['del', proposedKey(symbol)]),
  ];
  const keys = [...proposals.map(({ symbol }) => symbol), ...withdrawn].map(proposedKey);
  const replies = await runScripts(redis, [WRITE_HASH], commands);
  const failures = replies.flatMap((reply, at) =>
    reply.ok ? [] : [{ at, message: reply.error.message, ofMaster: isOfMaster(redis, reply.error) }],
  );
  return refusals(failures, (at) => keys[at] ?? '');
}

/**
 * Publishes what a whole cycle of the lease's shard did: its presence says that the cycle was complete. Of several
 * shards, `last_cycle` is their sum. In a Cluster the lease is checked right before, as it is in another slot, and a
 * master that does not take the summary refuses that alone.
 * @throws ShardRefusedError, and then nothing was written; BatchError or Redis's own error when it gives no verdict.
 */
export async function publishLastCycle(
  redis: Redis,
  lease: Lease,
  cycle: CycleSummary,
  options: PublishOptions,
): Promise<RefusedWrite[]> {
  const { shard, shards } = lease;
  const shardKeys = shards === 1 ? [] : Array.from({ length: shards }, (_, each) => shardCycleKey(each));
  const keys = [LAST_CYCLE_KEY, ...shardKeys];
  const args = [shard, ...lastCycleHash(cycle)];
  const fence = fenceOf(lease, cycle.tsEpochSec, options.keyTtlSec);
  let failures: Failure[];
  if (redis.isCluster) {
    await publishProposals(redis, lease, cycle.tsEpochSec, NOTHING, options);
    failures = await failuresOf(redis, lease, WHOLE_CYCLE_UNGUARDED, keys, args).catch((error: unknown) => {
      if (!isOfMaster(redis, error as Error)) throw error;
      return [{ at: 0, message: (error as Error).message, ofMaster: true }];
    });
  } else {
    failures = await failuresOf(redis, lease, WHOLE_CYCLE, [...fence.keys, ...keys], [...fence.args, ...args]);
  }
  return refusals(failures, (at) => (at === 0 ? LAST_CYCLE_KEY : shardCycleKey(shard)));
}

async function failuresOf(
  redis: Redis,
  lease: Lease,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<Failure[]> {
  const rest = await runFenced(redis, lease, script, keys, args);
  return rest.flatMap((at, i) => (i % 2 === 0 ? [{ at: Number(at), message: String(rest[i + 1]) }] : []));
}

/** One refusal a key. What is no verdict on the key, nor its master's, is thrown. */
function refusals(failures: readonly Failure[], keyOf: (at: number) => string): RefusedWrite[] {
  const byKey = new Map<string, RefusedWrite>();
  for (const { at, message, ofMaster } of failures) {
    if (!ofMaster && errorKind(new Error(message)) !== 'key') throw new Error(message);
    const key = keyOf(at);
    if (!byKey.has(key)) byKey.set(key, { key, message });
  }
  return [...byKey.values()];
}
