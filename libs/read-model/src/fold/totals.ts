import type { CycleReadings } from '../readings.js';
import type { Totals } from '../snapshot/decisions.js';
import { countedAll } from './counts.js';
import type { DecisionStep } from './decisions.js';
import type { SymbolStep } from './symbols.js';

export const NO_TOTALS: Totals = {
  fromSec: null,
  plans: {},
  permits: {},
  refusals: {},
  deadLetters: 0,
  foreign: 0,
  proposals: {},
  scores: 0,
  undecided: 0,
  leftOut: 0,
  unreadable: 0,
  gaps: 0,
};

/** The totals after a cycle. `deadLetters`: of this cycle. */
export function foldTotals(before: Totals, symbols: SymbolStep, decisions: DecisionStep, deadLetters: number, { gaps, fromSec }: CycleReadings): Totals {
  const { found } = decisions;
  const outcomes = (outcome: string) => found.filter((row) => row.outcome === outcome);
  return {
    fromSec: before.fromSec ?? fromSec ?? null,
    plans: countedAll(before.plans, decisions.plans),
    permits: countedAll(before.permits, outcomes('permit').map(({ hint }) => hint?.action ?? '')),
    refusals: countedAll(before.refusals, outcomes('refused').map(({ reason }) => reason)),
    deadLetters: before.deadLetters + deadLetters,
    foreign: before.foreign + outcomes('foreign').length,
    proposals: countedAll(before.proposals, symbols.reasons),
    scores: before.scores + symbols.scores,
    undecided: before.undecided + decisions.undecided,
    leftOut: before.leftOut + symbols.leftOut,
    unreadable: before.unreadable + symbols.unreadable + decisions.unreadable,
    gaps: before.gaps + (gaps?.length ?? 0),
  };
} // prettier-ignore
