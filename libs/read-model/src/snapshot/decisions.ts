/** The efficiency hint of a permit. */
export interface HintRow {
  /** `NONE` or `DOWNSIZE`. */
  readonly action: string;
  readonly factor: number | null;
  readonly cooldownSec: number | null;
  /** Code of the hint's reason, and the score that it is from. */
  readonly reason: string;
  readonly score: number | null;
}

/** What became of a plan. */
export interface DecisionRow {
  readonly planId: string;
  readonly symbol: string;
  /** Id of its entry in the plan stream. */
  readonly entryId: string;
  readonly decidedSec: number;
  readonly outcome: 'permit' | 'refused' | 'dead_letter' | 'foreign';
  /** Code of the gate that refused, or why it was dead-lettered; empty for a permit. */
  readonly reason: string;
  /** The plan's own action, such as `ENTRY_PROPOSED`; empty where it is not known. */
  readonly action: string;
  readonly isClosing: boolean;
  readonly notionalUsd: number | null;
  /** Null without a permit. */
  readonly hint: HintRow | null;
  /** Gates that refused in shadow. */
  readonly wouldBlock: readonly string[];
  /** Hash of the parameters of the hint, and of the limits of the gates; empty where the record has none. */
  readonly policy: string;
  readonly limits: string;
  /** The decision in a sentence: "refused by burst_rate: 2 permits in 5 min, limit 2". */
  readonly words: string;
}

/** Counts since this model began to read. */
export interface Totals {
  /** From when on entries count, unix seconds; null before the first answer. */
  readonly fromSec: number | null;
  /** Entries of the plan stream by the plan's own decision (`EXECUTE`, `SKIP`, ...). */
  readonly plans: Readonly<Record<string, number>>;
  /** Permits by hint, and refusals by gate. */
  readonly permits: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly deadLetters: number;
  /** Plans that another governor had permitted. */
  readonly foreign: number;
  /** Proposals by reason, and entries of the brain's decision stream. */
  readonly proposals: Readonly<Record<string, number>>;
  readonly scores: number;
  /** Plans whose decision was not found in time. */
  readonly undecided: number;
  /**
   * Entries of symbols beyond `MAX_SYMBOLS`, entries and records that could not be read, and gaps where entries were
   * trimmed before.
   */
  readonly leftOut: number;
  readonly unreadable: number;
  readonly gaps: number;
}
