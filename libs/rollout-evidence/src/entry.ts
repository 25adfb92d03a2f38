import type { PeriodAdvantage } from '@quantum/rollout-guards';
import { closeHour, type ClosedHour, type Evidence, type HourRules } from './hour-close.js';
import { advantageOf, effectiveAdvantageOf, type PeriodRow } from './period.js';

/** What every entry of the evidence names. */
export interface EntryOrigin {
  /** Hashes of plan and policy, and since when evidence of them is gathered, unix seconds. */
  readonly plan: string;
  readonly policy: string;
  readonly sinceSec: number;
  /** Start of the period or hour, and time of the cycle that closed it, unix seconds. */
  readonly startSec: number;
  readonly closedSec: number;
}

/** What D of a period is computed from. */
export interface PeriodInputs extends EntryOrigin {
  /** Cost of a traded USD, basis points. */
  readonly costBps: number;
  readonly rows: readonly PeriodRow[];
}

/** A closed period: D of the proposals, and of what was enforced of them, with all that they were computed from. */
export interface PeriodEntry extends PeriodInputs {
  readonly kind: 'period';
  readonly advantage: PeriodAdvantage;
  readonly effective: PeriodAdvantage;
}

/** What the evidence of an hour is computed from. */
export interface HourInputs extends EntryOrigin, ClosedHour {
  readonly rules: HourRules;
  readonly before: Evidence;
}

/** An hour that is over: y and the tests after it, with all that they were computed from. */
export interface HourEntry extends HourInputs {
  readonly kind: 'hour';
  /** y before it is clipped, basis points; undefined: missing. */
  readonly advantageBps: number | undefined;
  readonly after: Evidence;
}

export type EvidenceEntry = PeriodEntry | HourEntry;

export const periodEntry = (inputs: PeriodInputs): PeriodEntry => ({
  kind: 'period',
  ...inputs,
  advantage: advantageOf(inputs.rows, inputs.costBps),
  effective: effectiveAdvantageOf(inputs.rows, inputs.costBps),
});

export const hourEntry = (inputs: HourInputs): HourEntry => ({
  kind: 'hour',
  ...inputs,
  ...closeHour(inputs, inputs.before, inputs.rules),
});
