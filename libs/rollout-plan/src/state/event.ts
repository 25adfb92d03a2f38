import type { Demand, EvidenceTest } from '@quantum/rollout-guards';
import type { StagePlan } from '../plan/schema.js';

/** What every event carries. */
interface Common {
  /** Redis time, unix seconds. */
  nowSec: number;
  /** What Redis has at `quantum:rollout:epoch`; null: absent or no epoch. */
  epoch: number | null;
}

/** One evaluation: what the guards found, and what the stage's minimum depends on. */
export interface CycleEvent extends Common {
  kind: 'cycle';
  /** Most severe demand of the guards. */
  demand: Demand;
  /** Whether no guard found anything unknown or demanded anything. Otherwise nothing is raised. */
  isClean: boolean;
  /** Whether no key of ours is in effect any more: the blend then begins at 0 again. */
  hasLapsed: boolean;
  /** Hash of the policy that the proposals carry; undefined: unknown. */
  policy: string | undefined;
  /** Periods that closed since the last cycle. */
  closedPeriods: number;
  /** Whether the evidence shows what a stage may require, now; undefined: unknown. */
  shown: Readonly<Record<Exclude<EvidenceTest, 'harm'>, boolean | undefined>>;
  /** When the approvals that the stage needs were complete, unix seconds; undefined: they are not. */
  approvedSec: number | undefined;
  /** Whether the next stage has the approvals that it needs. */
  isNextApproved: boolean;
}

/** A person starts an approved plan. */
export interface StartEvent extends Common {
  kind: 'start';
  plan: string;
  policy: string;
  isApproved: boolean;
  /** Since when evidence of this plan and policy is gathered, unix seconds. */
  evidenceSec: number;
}

/** A person's command, or `takeover`: another process goes on. */
export interface CommandEvent extends Common {
  kind: 'hold' | 'resume' | 'rollback' | 'reduce_only' | 'retry' | 'kill' | 'clear' | 'takeover';
}

export type RolloutEvent = CycleEvent | StartEvent | CommandEvent;

/** What of a plan decides its transitions. */
export interface PlanRules {
  /** Hash of the plan. */
  readonly plan: string;
  readonly stages: readonly Readonly<Pick<StagePlan, 'blend' | 'minHours' | 'minPeriods' | 'require'>>[];
  readonly slewPerCycle: number;
  readonly maxHoldSec: number;
  readonly approvalDays: number;
  /** Interval of cycles, seconds. */
  readonly intervalSec: number;
}
