import { runBatch, timeMsOf, valueOf, type Redis, type Reply } from '@quantum/redis-io';
import {
  parseEpoch,
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_PERIOD_KEY,
  ROLLOUT_STATE_KEY,
} from '@quantum/redis-schemas';

/**
 * Fields of the state's hash, in the order of the HMGET. `users`: ROLLOUT_USERS, for programs that show whose approvals
 * count. `renewed`: whether the last cycle renewed multipliers.
 */
export const STATE_FIELDS = ['version', 'state', 'desk', 'users', 'memories', 'fence', 'cycle', 'renewed'] as const;
/** Fields of the period's hash. `outbox`: entries of the evidence that may not be in their stream yet. */
export const PERIOD_FIELDS = ['version', 'folds', 'outbox'] as const;

export type StateTexts = Readonly<Record<(typeof STATE_FIELDS)[number], string>>;
export type PeriodTexts = Readonly<Record<(typeof PERIOD_FIELDS)[number], string>>;

/** The version that both hashes carry. */
export const STORED_VERSION = '1';

/** What Redis has in the slot of the epoch, as text. */
export interface SlotRead {
  /** Redis time, unix seconds. */
  nowSec: number;
  /** As text; empty: absent, or no string. */
  epochText: string;
  /** Undefined: absent. */
  state: StateTexts | undefined;
  period: PeriodTexts | undefined;
  /** The last audit entry. */
  audit: { id: string; fields: string[] } | undefined;
}

/** The state in Redis cannot be used: nothing may be renewed until a person has looked at it. */
export class UnusableStateError extends Error {
  override name = 'UnusableStateError';
  readonly problem: 'unreadable' | 'invalid';
  constructor(problem: 'unreadable' | 'invalid', message: string) {
    super(`${message}: nothing is renewed. Keep a copy of the key, then remove it`);
    this.problem = problem;
  }
}

/** Reads what one script writes, at one moment. @throws UnusableStateError; BatchError, or the error of Redis */
export async function readSlot(redis: Redis): Promise<SlotRead> {
  const replies = await runBatch(redis, [
    ['time'],
    ['get', ROLLOUT_EPOCH_KEY],
    ['hmget', ROLLOUT_STATE_KEY, ...STATE_FIELDS],
    ['hmget', ROLLOUT_PERIOD_KEY, ...PERIOD_FIELDS],
    ['xrevrange', ROLLOUT_AUDIT_STREAM, '+', '-', 'COUNT', 1],
  ]);
  const [time, epoch, state, period, audit] = replies;
  const nowMs = timeMsOf(time);
  if (nowMs === undefined) valueOf(time);
  const [last] = readable(audit, ROLLOUT_AUDIT_STREAM) as [id: string, fields: string[]][];
  return {
    nowSec: Math.floor(nowMs ?? NaN) / 1000,
    epochText: epoch?.ok === false && epoch.kind === 'key' ? '' : ((valueOf(epoch) as string | null) ?? ''),
    state: textsOf(STATE_FIELDS, readable(state, ROLLOUT_STATE_KEY)),
    period: textsOf(PERIOD_FIELDS, readable(period, ROLLOUT_PERIOD_KEY)),
    audit: last && { id: last[0], fields: last[1] },
  };
}

/** The epoch; null: absent, or none that a reader takes. */
export const epochOf = ({ epochText }: Pick<SlotRead, 'epochText'>): number | null =>
  parseEpoch(epochText === '' ? null : epochText) ?? null;

function readable(reply: Reply | undefined, key: string): unknown {
  if (reply?.ok === false && reply.kind === 'key') {
    throw new UnusableStateError('unreadable', `${key} cannot be read (${reply.error.message})`);
  }
  return valueOf(reply);
}

function textsOf<N extends string>(names: readonly N[], values: unknown): Record<N, string> | undefined {
  const texts = values as readonly (string | null)[];
  if (texts.every((text) => text === null)) return undefined;
  return Object.fromEntries(names.map((name, i) => [name, texts[i] ?? ''])) as Record<N, string>;
}
