import type { Measure, PeriodFlow } from './measure.js';
import type { ScoreRules } from './rules.js';
import type { SymbolState } from './state.js';

/** A closed period of a symbol: everything that its state depends on. */
export interface ClosedPeriod extends PeriodFlow {
  /** Index on the grid. */
  period: number;
  /** Time of the oldest input of the measure, unix seconds. */
  oldestInputSec: number;
  /** P3.0's performance factor, -1..1; undefined: unknown, so that the last known one counts. */
  performance: number | undefined;
  /** Latest execution so far, unix seconds; undefined: none is known. */
  lastExecutionSec: number | undefined;
}

/** The result of closing a period. */
export type Closing =
  | {
      readonly closed: true;
      readonly state: SymbolState;
      /** The measure, or why there is none. */
      readonly measure: Measure;
      /** Periods since the last closed one that nobody closed. They count as missing. */
      readonly skippedPeriods: number;
    }
  /** The period is not after the last one, or no period. The state stays as it is, so that nothing counts twice. */
  | { readonly closed: false };

/** Closes a period of a symbol. `state` is undefined for a new symbol. Total: garbage gives a missing period. */
export declare function closePeriod(state: SymbolState | undefined, closed: ClosedPeriod, rules: ScoreRules): Closing;
