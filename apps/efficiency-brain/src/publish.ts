import { scoreHash, scoreTexts, type PublishedScore } from '@quantum/decisions';
import { encodeState, type ScoreRules, type SymbolState } from '@quantum/efficiency-score';
import {
  errorKind,
  fenceOf,
  isOfMaster,
  runFenced,
  runRows,
  runScripts,
  WRITE_HASH,
  writeHashCommand,
  type Lease,
  type Redis,
} from '@quantum/redis-io';
import { brainStateKey, efficiencyKey, STREAMS } from '@quantum/redis-schemas';
import { PUBLISH, STATE_ROW } from './publish-scripts.js';

// Apart from leases.ts, the only file of this service that writes to Redis.

export interface PublishOptions {
  /** Whether hashes are written. */
  withHashes: boolean;
  streamMaxlen: number;
  keyTtlSec: number;
  stateTtlSec: number;
  rules: ScoreRules;
}

/** A score to be published. */
export interface ScoreToPublish {
  published: PublishedScore;
  /** Its state replaces one in Redis that was not usable. */
  isReset: boolean;
}

/** Why a state was not written. */
export const REFUSED_STATES = ['fence', 'period', 'slot_down'] as const;
export type RefusedState = (typeof REFUSED_STATES)[number];

/** A score that was not published, or whose hash was not written. */
export interface PublishFailure {
  symbol: string;
  /**
   * `fence`, `period`: the state in Redis is a later one; `slot_down`: the master of a Cluster that holds it is down or
   * takes no writes. Nothing was written then. `hash`: only the hash was not.
   */
  reason: RefusedState | 'hash';
  message: string;
}

const STREAM = STREAMS.efficiencyDecision;
/** Length of the decision stream at least, entries. */
export const MIN_STREAM_LENGTH = 100_000;

const closedStateOf = ({ decision }: PublishedScore): SymbolState | undefined =>
  decision.closed ? decision.after : undefined;
const symbolOf = ({ published }: ScoreToPublish): string => published.decision.symbol;

/**
 * Publishes scores of the lease's shard, and renews the lease. A symbol's state, entry and hash are written together;
 * in a Cluster, where they are in different slots, in this order.
 * @returns what was not written for a cause of one symbol
 * @throws ShardRefusedError, and then nothing was written; BatchError, or what Redis said, when it is not known what
 * was.
 */
export async function publishScores(
  redis: Redis,
  lease: Lease,
  nowSec: number,
  scores: readonly ScoreToPublish[],
  options: PublishOptions,
): Promise<PublishFailure[]> {
  if (!redis.isCluster) return publishTogether(redis, lease, nowSec, scores, options);
  const refused = await writeStates(redis, lease, scores, options);
  const isRefused = new Set(refused.map(({ symbol }) => symbol));
  const accepted = scores.filter((score) => !isRefused.has(symbolOf(score)));
  await runPublish(redis, lease, nowSec, accepted, [], options);
  return [...refused, ...(options.withHashes ? await writeHashes(redis, accepted, options) : [])];
}

async function publishTogether(
  redis: Redis,
  lease: Lease,
  nowSec: number,
  scores: readonly ScoreToPublish[],
  options: PublishOptions,
): Promise<PublishFailure[]> {
  const symbols = scores.map(symbolOf);
  const keys = [...symbols.map(brainStateKey), ...(options.withHashes ? symbols.map(efficiencyKey) : [])];
  const answer = await runPublish(redis, lease, nowSec, scores, keys, options);
  return answer.flatMap((at, i): PublishFailure[] => {
    if (i % 2 === 1) return [];
    const message = String(answer[i + 1]);
    if (message !== 'period' && errorKind(new Error(message)) !== 'key') throw new Error(message);
    return [{ symbol: symbols[Number(at)] ?? '', reason: message === 'period' ? 'period' : 'hash', message }];
  });
}

function runPublish(
  redis: Redis,
  lease: Lease,
  nowSec: number,
  scores: readonly ScoreToPublish[],
  keys: readonly string[],
  { streamMaxlen, keyTtlSec, stateTtlSec, rules }: PublishOptions,
): Promise<(string | number)[]> {
  const rows = scores.flatMap(({ published, isReset }) => {
    const state = closedStateOf(published);
    const texts = state ? Object.values(encodeState(state, rules)) : [];
    return [scoreTexts(published, rules), texts, isReset ? 1 : 0];
  });
  const fence = fenceOf(lease, Math.floor(nowSec), keyTtlSec);
  const args = [...fence.args, streamMaxlen, stateTtlSec, keyTtlSec, countOf(lease), JSON.stringify(rows)];
  return runFenced(redis, lease, PUBLISH, [...fence.keys, STREAM, ...keys], args);
}

/** The count of a lease: greater for a later one. */
const countOf = ({ token }: Lease): string => token.slice(0, token.indexOf(':'));

async function writeStates(
  redis: Redis,
  lease: Lease,
  scores: readonly ScoreToPublish[],
  { stateTtlSec, rules }: PublishOptions,
): Promise<PublishFailure[]> {
  const closed = scores.filter(({ published }) => closedStateOf(published));
  const rows = closed.map(({ published, isReset }) => ({
    keys: [brainStateKey(published.decision.symbol)],
    args: [isReset ? 1 : 0, ...Object.values(encodeState(closedStateOf(published) as SymbolState, rules))],
  }));
  const replies = await runRows(redis, STATE_ROW, [stateTtlSec, countOf(lease)], rows);
  return replies.flatMap((reply, i): PublishFailure[] => {
    const symbol = symbolOf(closed[i] as ScoreToPublish);
    if (!reply.ok && isOfMaster(redis, reply.error)) {
      return [{ symbol, reason: 'slot_down', message: reply.error.message }];
    }
    if (!reply.ok) throw reply.error;
    return reply.value === '' ? [] : [{ symbol, reason: reply.value as RefusedState, message: '' }];
  });
}

async function writeHashes(
  redis: Redis,
  scores: readonly ScoreToPublish[],
  { keyTtlSec, rules }: PublishOptions,
): Promise<PublishFailure[]> {
  const commands = scores.map((score) =>
    writeHashCommand(efficiencyKey(symbolOf(score)), scoreHash(score.published, rules), keyTtlSec),
  );
  const replies = await runScripts(redis, [WRITE_HASH], commands);
  return scores.flatMap((score, i): PublishFailure[] => {
    const failed = replies[i];
    if (failed?.ok !== false) return [];
    const isOwn = failed.kind === 'key' || isOfMaster(redis, failed.error);
    if (!isOwn) throw failed.error;
    return [{ symbol: symbolOf(score), reason: 'hash', message: failed.error.message }];
  });
}
