import { parseEpoch, parseNumber } from '@quantum/redis-schemas';
import {
  approvalsOf,
  EMPTY_DESK,
  excludedOf,
  isStageApproved,
  parseDesk,
  parseUsers,
  type Desk,
  type ListedUsers,
} from '@quantum/rollout-commands';
import { parseMemories } from '@quantum/rollout-guards';
import {
  initialState,
  parsePlan,
  parseRolloutState,
  PUBLISHING,
  type RolloutPlan,
  type RolloutState,
} from '@quantum/rollout-plan';
import { known } from '../number.js';
import type { RolloutReading } from '../readings.js';
import type { NextStage, PlanRow, RolloutView } from '../snapshot/rollout.js';
import { counted } from '../words/format.js';
import { advantageOf, hourOf, isRequirementShown, type LastHour } from './advantage.js';
import type { GuardFinding } from './findings.js';
import { guardRows } from './guard-rows.js';
import { rolloutProblems } from './rollout-problems.js';

/** What is known of a rollout apart from its keys. */
export interface RolloutFacts {
  /** The last hour of its evidence. */
  readonly hour: LastHour | undefined;
  /** What guards found when the state last moved. */
  readonly findings: readonly GuardFinding[];
  /** Multipliers that count, and when the last of them expires, unix seconds. */
  readonly published: number;
  readonly expiresAtSec: number | null;
}

export type Plans = ReadonlyMap<string, RolloutPlan>;

/** The plan that runs, and those of the desk. */
export function plansNamed(reading: RolloutReading): readonly string[] {
  const state = typeof reading.state === 'string' ? parseRolloutState(reading.state) : undefined;
  const desk = typeof reading.desk === 'string' ? parseDesk(reading.desk) : undefined;
  const hashes = [state?.plan ?? '', ...(desk?.plans.map(({ hash }) => hash) ?? [])];
  return [...new Set(hashes)].filter((hash) => hash !== '');
}

/** The plans that are named, with those whose texts were read. A hash names its text for good. */
export const plansOf = (before: Plans, reading: RolloutReading): Plans =>
  new Map(
    plansNamed(reading).flatMap((hash) => {
      const text = reading.plans.get(hash);
      const plan = before.get(hash) ?? (text === undefined ? undefined : parsePlan(text, () => true).plan);
      return plan ? [[hash, plan] as const] : [];
    }),
  );

/** A rollout as views show it. */
export function rolloutView(reading: RolloutReading, plans: Plans, facts: RolloutFacts, nowSec: number): RolloutView {
  const epoch = reading.epoch === undefined ? undefined : parseEpoch(reading.epoch);
  const state = stateOf(reading, epoch);
  const desk = reading.desk === null ? EMPTY_DESK : parseDesk(reading.desk ?? '');
  const users = parseUsers(reading.users);
  const memories = reading.memories === null ? {} : parseMemories(reading.memories ?? '');
  const cycleSec = known(parseNumber(reading.cycle));
  const plan = state && plans.get(state.plan);
  const isPublishing = state !== undefined && PUBLISHING.has(state.name);
  const stage = isPublishing ? plan?.stages[state.stage] : undefined;
  const hour = state && hourOf(facts.hour, state);
  const view = {
    state: state?.name ?? 'unreadable',
    holdCause: state?.name === 'holding' ? state.holdCause : '',
    plan: state?.plan ?? '',
    planName: plan?.name ?? '',
    stage: isPublishing ? state.stage + 1 : 0,
    stages: plan?.stages.length ?? 0,
    stageName: stage?.name ?? '',
    blend: state?.blend ?? 0,
    stageBlend: stage?.blend ?? null,
    direction: stage?.direction ?? '',
    sinceSec: state?.sinceSec ?? 0,
    bakedSec: state?.bakedSec ?? 0,
    minBakeSec: stage ? stage.minHours * 3600 : null,
    bakedPeriods: state?.bakedPeriods ?? 0,
    minPeriods: stage?.minPeriods ?? null,
    next: state && plan && desk ? nextStage({ state, plan, desk, users, hour, nowSec }) : null,
    published: facts.published,
    expiresAtSec: facts.expiresAtSec,
    cycleSec,
    epoch: known(epoch),
    stateEpoch: state?.epoch ?? null,
    excluded: state && desk ? [...excludedOf(desk, state.plan)] : [],
    guards: guardRows(memories ?? {}, facts.findings),
    advantage: advantageOf(hour, plan),
    plans: desk ? desk.plans.map((one) => planRow(one, desk, users, plans.get(one.hash))) : [],
  };
  return { ...view, problems: rolloutProblems({ state, desk, memories, plan, view, nowSec }) };
}

/** `off` where Redis has none; undefined: it cannot be read, and nothing is renewed. */
function stateOf({ state }: RolloutReading, epoch: number | undefined): RolloutState | undefined {
  if (state === undefined) return undefined;
  return state === null ? initialState(epoch ?? null) : parseRolloutState(state);
}

const approversOf = (...of: Parameters<typeof approvalsOf>): string[] => approvalsOf(...of).map(({ user }) => user);

const planRow = ({ hash, proposer }: Desk['plans'][number], desk: Desk, users: ListedUsers, plan: RolloutPlan | undefined): PlanRow => ({
  hash,
  name: plan?.name ?? '',
  proposer,
  stages: (plan?.stages ?? []).map(({ name, approvals }) => ({ name, approvals, approvedBy: approversOf(desk, hash, name, users) })),
}); // prettier-ignore

interface NextInput {
  readonly state: RolloutState;
  readonly plan: RolloutPlan;
  readonly desk: Desk;
  readonly users: ListedUsers;
  readonly hour: LastHour | undefined;
  readonly nowSec: number;
}

/** What the next stage waits for; null where none can follow. */
function nextStage({ state, plan, desk, users, hour, nowSec }: NextInput): NextStage | null {
  const [stage, next] = [plan.stages[state.stage], plan.stages[state.stage + 1]];
  if (!stage || !next || !['baking', 'ready', 'holding'].includes(state.name)) return null;
  const isApproved = isStageApproved(desk, state.plan, plan, state.stage + 1, { nowSec, users });
  const leftSec = Math.max(0, stage.minHours * 3600 - state.bakedSec);
  const isBaking = state.name === 'baking';
  const checks: [boolean, string][] = [
    [state.name === 'holding', `it holds (${state.holdCause})`],
    [isBaking && state.blend !== stage.blend, `the blend is ${state.blend} on its way to ${stage.blend}`],
    [isBaking && leftSec > 0, `it has to bake for ${stage.minHours} h`],
    [isBaking && state.bakedPeriods < stage.minPeriods, `it has to close ${stage.minPeriods} periods`],
    [isBaking && !isRequirementShown(stage.require, hour, plan), `the evidence has not shown ${stage.require} yet`],
    [!isApproved, `it needs ${counted(next.approvals, 'approval')}`],
  ];
  return {
    name: next.name,
    blend: next.blend,
    approvalsNeeded: next.approvals,
    approvedBy: approversOf(desk, state.plan, next.name, users),
    isApproved,
    blockers: checks.flatMap(([holds, text]) => (holds ? [text] : [])),
    earliestSec: isBaking && state.cycleSec > 0 ? Math.round(state.cycleSec + leftSec) : null,
  };
}
