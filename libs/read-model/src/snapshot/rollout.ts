/** What a guard found last. */
export interface GuardRow {
  readonly guard: string;
  /** `PASS`, `BREACH` or `UNKNOWN`; empty: it has not been asked. */
  readonly verdict: string;
  /** Measured value and its limit, both in `unit`. */
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
  /** Size of the sample. */
  readonly n: number | null;
  /** Time of what was measured, unix seconds. */
  readonly asOfSec: number | null;
  /** What it demands: `none`, `hold`, `reduce_only`, `rollback` or `kill`; empty: not known. */
  readonly demand: string;
  readonly isBreached: boolean;
}

/** What the next stage waits for. */
export interface NextStage {
  readonly name: string;
  readonly blend: number;
  readonly approvalsNeeded: number;
  readonly approvedBy: readonly string[];
  readonly isApproved: boolean;
  /** What blocks it, in sentences; empty: nothing. */
  readonly blockers: readonly string[];
  /** Earliest time at which the bake can end, unix seconds; null: nothing bakes. */
  readonly earliestSec: number | null;
}

/** Advantage of the proposals over the base targets, of the hours that counted, basis points an hour. */
export interface Advantage {
  readonly meanBps: number;
  readonly lowBps: number | null;
  readonly highBps: number | null;
  /** Harm that is tolerated: the line of -delta. */
  readonly deltaBps: number;
  readonly hours: number;
  /** E-values by test; the test for harm acts at `harmThreshold`. */
  readonly eValues: Readonly<Record<string, number>>;
  readonly harmThreshold: number;
  /** End of the last hour, unix seconds. */
  readonly asOfSec: number;
}

/** A plan that was submitted. */
export interface PlanRow {
  readonly hash: string;
  /** Empty: its text cannot be read. */
  readonly name: string;
  readonly proposer: string;
  readonly stages: readonly { readonly name: string; readonly approvals: number; readonly approvedBy: readonly string[] }[];
} // prettier-ignore

/** The rollout. */
export interface RolloutView {
  /** Of `ROLLOUT_STATES`; `unreadable`: nothing is renewed. */
  readonly state: string;
  /** Why it holds: `guard`, `command` or `approval`; empty: it does not hold. */
  readonly holdCause: string;
  /** Hash and name of the running plan; empty: none. */
  readonly plan: string;
  readonly planName: string;
  /** Stage in force, the first is 1; 0: none. */
  readonly stage: number;
  readonly stages: number;
  readonly stageName: string;
  /** Share of a proposal's distance from 1 that is enforced, now and when the stage is reached, 0..1. */
  readonly blend: number;
  readonly stageBlend: number | null;
  readonly direction: string;
  readonly sinceSec: number;
  readonly bakedSec: number;
  readonly minBakeSec: number | null;
  readonly bakedPeriods: number;
  readonly minPeriods: number | null;
  readonly next: NextStage | null;
  /** Published multipliers that count, and when the last of them expires, unix seconds; null: none is published. */
  readonly published: number;
  readonly expiresAtSec: number | null;
  /** Time of the last cycle, unix seconds. */
  readonly cycleSec: number | null;
  /** Epoch in Redis, and the one that the rollout runs under. */
  readonly epoch: number | null;
  readonly stateEpoch: number | null;
  readonly excluded: readonly string[];
  readonly guards: readonly GuardRow[];
  readonly advantage: Advantage | null;
  readonly plans: readonly PlanRow[];
  /** What needs a person, in sentences. */
  readonly problems: readonly string[];
}
