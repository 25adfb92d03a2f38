import {
  type ClosedPeriod,
  closePeriod,
  type CycleInputs,
  type PeriodResult,
  type ScoreRules,
  scoreSymbol,
  type SymbolScore,
  type SymbolState,
} from '@quantum/efficiency-score';

/** Everything that a score depends on but the rules. */
export interface ScoreInputs {
  symbol: string;
  /** State before the cycle; undefined for a new symbol. */
  before: SymbolState | undefined;
  /** The period that this cycle closes; undefined if none is due. */
  closing: ClosedPeriod | undefined;
  cycle: CycleInputs;
}

/** A period that a cycle has closed. */
export interface PeriodClosed {
  result: PeriodResult;
  /** Periods before it that were not closed. */
  skipped: number;
}

/** A scored symbol. */
export interface ScoreDecision extends ScoreInputs {
  /** State after the cycle. */
  after: SymbolState | undefined;
  /** Undefined if no period was closed: none was due, or it is not after the last one. */
  closed: PeriodClosed | undefined;
  score: SymbolScore;
}

/** Scores a symbol: closes the period that is due, then scores the state. Total. */
export function decideScore(inputs: ScoreInputs, rules: ScoreRules): ScoreDecision {
  const { symbol, before, closing, cycle } = inputs;
  const result = closing && closePeriod(before, closing, rules);
  const after = result?.closed ? result.state : before;
  const closed = result?.closed
    ? { result: result.measure.missing ?? ('measured' as const), skipped: result.skippedPeriods }
    : undefined;
  // Named, not spread: when a spread object gains a field, V8 makes a hidden class for it alone, in old memory.
  return { symbol, before, closing, cycle, after, closed, score: scoreSymbol(after, cycle, rules) };
}
