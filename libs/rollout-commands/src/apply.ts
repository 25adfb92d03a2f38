import {
  next,
  parsePlan,
  planHash,
  planText,
  rulesOf,
  type RolloutEvent,
  type RolloutPlan,
  type RolloutState,
} from '@quantum/rollout-plan';
import { lowersRisk, seenState, type CommandName, type RolloutCommand } from './command.js';
import { isAfter, isStageApproved, lastIdOf, markRead, MAX_PLANS, type Desk } from './desk.js';
import type { RefusalCode } from './refusals.js';

/** What a command is judged by. */
export interface DeskContext {
  /** Redis time, unix seconds. */
  readonly nowSec: number;
  /** What Redis has at `quantum:rollout:epoch`; null: absent or no epoch. */
  readonly epoch: number | null;
  readonly state: RolloutState;
  /** The plan that `state` names. */
  readonly runningPlan: RolloutPlan | undefined;
  /** A submitted plan; undefined: no plan has this hash, or its text cannot be read. */
  readonly planOf: (hash: string) => RolloutPlan | undefined;
  /** Users whose commands are read. */
  readonly users: readonly string[];
  /** The one policy hash that proposals carry; undefined: unknown. */
  readonly policy: string | undefined;
  /** Since when evidence of this policy is gathered, unix seconds. */
  readonly evidenceSec: number;
  /** Whether a symbol has targets. */
  readonly isKnownSymbol: (symbol: string) => boolean;
  /** Hexadecimal digits of a UTF-8 text. */
  readonly sha256: (text: string) => string;
}

/** What a command does. */
export interface Applied {
  readonly desk: Desk;
  /** Why it does nothing. */
  readonly refusal?: RefusalCode;
  /** What `next` is to answer. */
  readonly event?: RolloutEvent;
  /** A plan to store, before the desk is. */
  readonly storePlan?: { readonly hash: string; readonly text: string };
}

const MAX_AGE_SEC = 15 * 60;

type Rule = (desk: Desk, command: RolloutCommand, context: DeskContext) => Applied | RefusalCode;

/**
 * Applies a command. A refused one changes nothing but how far the desk has read. The event of an accepted one has an
 * answer in `next` under this state. Total.
 */
export function applyCommand(desk: Desk, command: RolloutCommand, context: DeskContext): Applied {
  const { user, id, name } = command;
  if (!isAfter(id, lastIdOf(desk, user))) return { desk, refusal: 'repeated' };
  const read = markRead(desk, user, id);
  const result = untimely(command, context) ?? unseen(command, context) ?? RULES[name](read, command, context);
  return typeof result === 'string' ? { desk: read, refusal: result } : result;
}

function untimely({ name, atSec }: RolloutCommand, { nowSec }: DeskContext): RefusalCode | undefined {
  if (lowersRisk(name)) return undefined;
  if (!(nowSec - atSec <= MAX_AGE_SEC)) return 'too_old';
  return nowSec - atSec < -MAX_AGE_SEC ? 'from_future' : undefined;
}

/** Who had not seen a kill or a rollback does not undo it, nor a person's hold or reduce_only. */
function unseen({ epoch, seen }: RolloutCommand, context: DeskContext): RefusalCode | undefined {
  if (epoch !== undefined && epoch !== context.epoch) return 'other_epoch';
  return seen === undefined || seen === seenState(context.state) ? undefined : 'other_state';
}

const submit: Rule = (desk, { user, plan: named, planText: text = '' }, context) => {
  const { plan } = parsePlan(text, context.isKnownSymbol);
  if (!plan) return 'invalid_plan';
  const hash = planHash(plan, context.sha256);
  if (named !== undefined && named !== hash) return 'wrong_hash';
  const storePlan = { hash, text: planText(plan) };
  if (desk.plans.some((known) => known.hash === hash)) {
    // Redis has lost its text: it is stored again, and proposer, approvals and exclusions stay.
    return context.planOf(hash) === undefined ? { desk, storePlan } : 'already_submitted';
  }
  const all = [...desk.plans, { hash, proposer: user, atSec: context.nowSec, excluded: [] }];
  const oldest = all.find((known) => known.hash !== context.state.plan);
  const plans = all.length > MAX_PLANS ? all.filter((known) => known !== oldest) : all;
  const approvals = desk.approvals.filter(({ plan: of }) => plans.some((known) => known.hash === of));
  return { desk: { ...desk, plans, approvals }, storePlan };
};

const approve: Rule = (desk, { user, atSec, plan = '', stage = '', evidence = '' }, { nowSec, planOf }) => {
  const known = desk.plans.find(({ hash }) => hash === plan);
  const text = planOf(plan);
  if (!known || !text) return 'unknown_plan';
  if (!text.stages.some(({ name }) => name === stage)) return 'unknown_stage';
  if (known.proposer === user) return 'own_plan';
  const others = desk.approvals.filter((given) => given.plan !== plan || given.stage !== stage || given.user !== user);
  // No approval is from later than now: it would expire later.
  const given = { plan, stage, user, atSec: Math.min(atSec, nowSec), evidence };
  return { desk: { ...desk, approvals: [...others, given] } };
};

const revoke: Rule = (desk, { user, plan, stage }) => {
  const kept = desk.approvals.filter(
    (given) => given.user !== user || given.plan !== plan || (stage !== undefined && given.stage !== stage),
  );
  return kept.length === desk.approvals.length ? 'no_approval' : { desk: { ...desk, approvals: kept } };
};

const start: Rule = (desk, { plan: hash = '' }, context) => {
  const { nowSec, epoch, policy, evidenceSec, planOf } = context;
  const plan = planOf(hash);
  if (!plan?.stages[0] || !desk.plans.some((known) => known.hash === hash)) return 'unknown_plan';
  if (policy === undefined) return 'no_policy';
  const isApproved = isStageApproved(desk, hash, plan, 0, context);
  if (!isApproved) return 'not_approved';
  const event: RolloutEvent = { kind: 'start', nowSec, epoch, plan: hash, policy, isApproved, evidenceSec };
  const { state } = context;
  if (state.plan === hash && !['off', 'rolled_back', 'killed'].includes(state.name)) return 'already_running';
  return answered(desk, event, plan, hash, context);
};

/** A command that is an event of the state machine, and no more. */
const event =
  (kind: 'hold' | 'resume' | 'rollback' | 'reduce_only' | 'retry' | 'clear'): Rule =>
  (desk, { plan }, context) => {
    const { nowSec, epoch, state, runningPlan } = context;
    if (!lowersRisk(kind) && plan !== undefined && plan !== state.plan) return 'other_plan';
    const stage = stageOf(kind, state);
    const isApproved = !runningPlan?.stages[stage] || isStageApproved(desk, state.plan, runningPlan, stage, context);
    if (!isApproved) return 'not_approved';
    return answered(desk, { kind, nowSec, epoch }, runningPlan, state.plan, context);
  };

/** The stage that a command begins or goes on with; -1: it does neither. */
function stageOf(kind: RolloutEvent['kind'], { name, stage }: RolloutState): number {
  if (kind === 'resume' && name === 'holding') return stage;
  return kind === 'retry' && name === 'rolled_back' ? 0 : -1;
}

function answered(
  desk: Desk,
  event: RolloutEvent,
  plan: RolloutPlan | undefined,
  hash: string,
  { state }: DeskContext,
): Applied | RefusalCode {
  const rules = plan && rulesOf(plan, hash, 1); // no command depends on the interval
  return next(state, event, rules).refused === undefined ? { desk, event } : 'not_possible';
}

const exclude: Rule = (desk, { symbols = [] }, { planOf }) => {
  const own = desk.plans.map(({ hash }) => {
    const plan = planOf(hash);
    // A plan that cannot be read now may be read again.
    if (!plan) return symbols;
    const cohorts = new Set(Object.values(plan.cohorts).flat());
    return symbols.filter((symbol) => cohorts.has(symbol));
  });
  if (own.flat().length === 0) return 'unknown_symbol';
  const plans = desk.plans.map((plan, i) => ({ ...plan, excluded: [...new Set([...plan.excluded, ...(own[i] ?? [])])] }));
  return { desk: { ...desk, plans } };
}; // prettier-ignore

const RULES: Readonly<Record<CommandName, Rule>> = {
  submit,
  approve,
  revoke,
  start,
  hold: event('hold'),
  resume: event('resume'),
  rollback: event('rollback'),
  reduce_only: event('reduce_only'),
  retry: event('retry'),
  exclude,
  clear: event('clear'),
};
