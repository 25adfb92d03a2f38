import { runBatch, timeMsOf, valueOf, type Redis } from '@quantum/redis-io';
import {
  parseEpoch,
  parseNumber,
  ROLLOUT_AUDIT_STREAM,
  ROLLOUT_EPOCH_KEY,
  ROLLOUT_STATE_KEY,
  rolloutMultiplierKey,
  rolloutPlanKey,
  STREAMS,
} from '@quantum/redis-schemas';
import {
  EMPTY_DESK,
  parseAudit,
  parseDesk,
  parseUsers,
  type AuditEntry,
  type Desk,
  type ListedUsers,
} from '@quantum/rollout-commands';
import { parseMemories, type GuardMemories } from '@quantum/rollout-guards';
import { initialState, parsePlan, parseRolloutState, type RolloutPlan, type RolloutState } from '@quantum/rollout-plan';

/** What Redis has of a rollout. */
export interface RolloutView {
  /** Redis time, unix seconds. */
  readonly nowSec: number;
  /** Undefined: absent, or no epoch. */
  readonly epoch: number | undefined;
  /** `off` where Redis has none; undefined: it cannot be read, and nothing is renewed. */
  readonly state: RolloutState | undefined;
  /** Undefined: it cannot be read. */
  readonly desk: Desk | undefined;
  /** Whose approvals count. */
  readonly users: ListedUsers;
  readonly memories: GuardMemories | undefined;
  /** Time of the last cycle, unix seconds; undefined: there was none. */
  readonly cycleSec: number | undefined;
  /** The plans that the desk knows, by hash. */
  readonly plans: ReadonlyMap<string, RolloutPlan>;
  readonly published: Published;
  readonly lastAudit: { readonly id: string; readonly entry: AuditEntry | undefined } | undefined;
  /** Id of the last entry of the evidence. */
  readonly evidence: string | undefined;
}

/** The multipliers that are there. */
export interface Published {
  readonly count: number;
  /** Until the last of them expires, seconds; 0: absent. */
  readonly leftSec: number;
}

type Entries = readonly (readonly [id: string, fields: readonly string[]])[];

/** @throws BatchError, or the error of Redis */
export async function readRollout(redis: Redis): Promise<RolloutView> {
  const [time, epoch, hash, audit, evidence] = await runBatch(redis, [
    ['time'],
    ['get', ROLLOUT_EPOCH_KEY],
    ['hmget', ROLLOUT_STATE_KEY, 'state', 'desk', 'memories', 'cycle', 'users'],
    ['xrevrange', ROLLOUT_AUDIT_STREAM, '+', '-', 'COUNT', 1],
    ['xrevrange', STREAMS.rolloutEvidence, '+', '-', 'COUNT', 1],
  ]);
  const epochNow = parseEpoch(valueOf(epoch) as string | null);
  const [stateText, deskText, memoriesText, cycle, users] = valueOf(hash) as (string | null)[];
  const state = stateText == null ? initialState(epochNow ?? null) : parseRolloutState(stateText);
  const desk = deskText == null ? EMPTY_DESK : parseDesk(deskText);
  const plans = await readPlans(redis, [...(desk?.plans.map((plan) => plan.hash) ?? []), state?.plan ?? '']);
  const [last] = valueOf(audit) as Entries;
  const nowMs = timeMsOf(time);
  return {
    nowSec: nowMs === undefined ? Number(valueOf(time)) : nowMs / 1000,
    epoch: epochNow,
    state,
    desk,
    users: parseUsers(users),
    memories: parseMemories(memoriesText ?? '{}'),
    cycleSec: parseNumber(cycle),
    plans,
    published: await readPublished(redis, state && plans.get(state.plan)),
    lastAudit: last && { id: last[0], entry: parseAudit(last[1]) },
    evidence: (valueOf(evidence) as Entries)[0]?.[0],
  };
}

async function readPlans(redis: Redis, hashes: readonly string[]): Promise<Map<string, RolloutPlan>> {
  const known = [...new Set(hashes)].filter((hash) => hash !== '');
  const replies = await runBatch(redis, known.map((hash) => ['get', rolloutPlanKey(hash)] as const)); // prettier-ignore
  return new Map(
    replies.flatMap((reply, i) => {
      const text = valueOf(reply) as string | null;
      const plan = text === null ? undefined : parsePlan(text, () => true).plan;
      return plan ? [[known[i] ?? '', plan] as const] : [];
    }),
  );
}

/** Which multipliers of the cohorts of a plan are there, and until when. */
async function readPublished(redis: Redis, plan: RolloutPlan | undefined): Promise<Published> {
  const symbols = [...new Set(Object.values(plan?.cohorts ?? {}).flat())];
  const replies = await runBatch(redis, symbols.map((symbol) => ['pttl', rolloutMultiplierKey(symbol)] as const)); // prettier-ignore
  const leftMs = replies.map((reply) => Number(valueOf(reply))).filter((left) => left > 0);
  return { count: leftMs.length, leftSec: leftMs.reduce((most, left) => Math.max(most, left), 0) / 1000 };
}

/** When multipliers expire. */
export interface Expiry {
  /** Redis time, unix seconds. */
  readonly nowSec: number;
  /** Seconds; 0: absent. */
  readonly leftSec: number;
}

/** When multipliers expire; undefined where Redis does not say. */
export async function readExpiry(redis: Redis): Promise<Expiry | undefined> {
  const view = await readRollout(redis).catch(() => undefined);
  // Without the text of the plan nothing says which symbols to ask for.
  const isKnown = view?.state && (view.state.plan === '' || view.plans.has(view.state.plan));
  return isKnown ? { nowSec: view.nowSec, leftSec: view.published.leftSec } : undefined;
}

/** Id of the newest entry that a stream ever had, empty where there is no stream, and how many it ever had. */
export async function streamEnd(redis: Redis, stream: string): Promise<{ lastId: string; added: number }> {
  const [info] = await runBatch(redis, [['xinfo', 'STREAM', stream]]);
  if (info && !info.ok && /no such key/i.test(info.error.message)) return { lastId: '', added: 0 };
  const facts = valueOf(info) as unknown[];
  const fact = (name: string): unknown => facts[facts.indexOf(name) + 1];
  return { lastId: String(fact('last-generated-id')), added: Number(fact('entries-added')) };
}
