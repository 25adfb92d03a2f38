/** Shares by the name of a limit, 0..1; undefined: the plan does not set it, or the record does not tell. */
export type Shares = Readonly<Record<string, number | undefined>>;

/** What the record says of a stage. NaN and undefined: the record does not tell. */
export interface StageFigures {
  readonly stage: string;
  /** Hours of the record that have an advantage. */
  readonly hours: number;
  /** Standard deviation of the advantage of an hour, basis points. */
  readonly sdBps: number;
  /** Four times that: the proposed `clipBps`. */
  readonly proposedClipBps: number;
  /** Share of the hours that the plan's `clipBps` clips. */
  readonly clippedShare: number;
  /**
   * Median days until `harm` is shown, by the harm beyond delta, as `HARMS_BPS_PER_DAY`; undefined: more than
   * `MAX_DAYS`.
   */
  readonly detectionDays: readonly (number | undefined)[];
  /** Least length of the stage, days. */
  readonly days: number;
  /** Share of resampled stages in which a limit trips on noise; `any`: at least one does. */
  readonly trips: Shares;
  /** Share of the hours of the record in which a limit would hold. */
  readonly holds: Shares;
}

export interface LintResult {
  readonly stages: readonly StageFigures[];
  /**
   * Shares of trips in `done`, until the approval expires, under the limits of the last stage. Undefined: the record is
   * too short.
   */
  readonly done: { readonly days: number; readonly trips: Shares } | undefined;
  /** Why the plan should not run as it is; empty: nothing. */
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

/** Fewer hours with an advantage give no figures. */
export const MIN_HOURS = 48;
