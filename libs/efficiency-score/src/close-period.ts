import { remainingShare } from './decay.js';
import { ewma, SCORE_ALPHA } from './ewma.js';
import { type Boundary, type Measure, measureOf, type PeriodFlow } from './measure.js';
import { addReturn } from './moments.js';
import { NEW_P31_STATE, p31Score, type P31Inputs, withInputs, withMeasure } from './p31-v1.js';
import { isPeriod, periodEndSec } from './period.js';
import { posteriorOf } from './posterior.js';
import type { ScoreRules } from './rules.js';
import type { SymbolState } from './state.js';

/** A closed period of a symbol: everything that its state depends on. */
export interface ClosedPeriod extends PeriodFlow, P31Inputs {
  /** Index on the grid. */
  period: number;
  /** Time of the oldest input of the measure, unix seconds. */
  oldestInputSec: number;
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
export function closePeriod(state: SymbolState | undefined, closed: ClosedPeriod, rules: ScoreRules): Closing {
  const period = closed.period + 0; // not -0, which no text keeps
  if (!isPeriod(period) || (state !== undefined && period <= state.period)) return { closed: false };
  const skippedPeriods = state === undefined ? 0 : period - state.period - 1;
  const start = skippedPeriods === 0 ? state : undefined;
  const measure = measureOf(start, closed, rules);
  const next = { ...(state ?? newState(period)), period, ...boundaryOf(closed.end) };
  const endSec = periodEndSec(period, rules.parameters.periodSec);
  const p31 = withMeasure(withInputs(next.p31, closed, endSec, rules), measure);
  if (measure.missing !== undefined) return { closed: true, state: { ...next, p31 }, measure, skippedPeriods };
  return {
    closed: true,
    state: measuredState({ ...next, p31 }, measure, closed.oldestInputSec, rules),
    measure,
    skippedPeriods,
  };
}

const newState = (period: number): Omit<SymbolState, keyof Boundary> => ({
  firstPeriod: period,
  period,
  measured: undefined,
  gainUsd: 0,
  peakGainUsd: 0,
  scoreEwma: 0.5,
  p31: NEW_P31_STATE,
});

/** What is readable of a boundary, without -0. */
const boundaryOf = ({ positionQty = NaN, priceUsd = NaN }: Boundary): Boundary => ({
  positionQty: Number.isFinite(positionQty) ? positionQty + 0 : undefined,
  priceUsd: Number.isFinite(priceUsd) && priceUsd > 0 ? priceUsd : undefined,
});

/** The state with a return more. Missing periods between only let the older weights decay. */
function measuredState(
  state: SymbolState,
  { excessReturn, gainUsd }: Exclude<Measure, { missing: string }>,
  oldestInputSec: number,
  rules: ScoreRules,
): SymbolState {
  const { period, measured } = state;
  const last = measured?.last;
  const moments = addReturn(measured?.moments, {
    excessReturn,
    previous: last?.period === period - 1 ? last.excessReturn : undefined,
    remaining: last === undefined ? 0 : remainingShare(period - last.period, rules.halflifePeriods),
  });
  const sum = state.gainUsd + gainUsd;
  const { parameters } = rules;
  const score =
    parameters.model === 'posterior'
      ? posteriorOf(moments, rules).score
      : p31Score(state.p31, periodEndSec(period, parameters.periodSec));
  return {
    ...state,
    // A time that cannot be read counts as the oldest there is: it makes the score stale.
    measured: {
      last: { period, excessReturn, oldestInputSec: Number.isFinite(oldestInputSec) ? oldestInputSec : 0 },
      moments,
    },
    gainUsd: sum,
    peakGainUsd: Math.max(state.peakGainUsd, sum),
    scoreEwma: ewma(state.scoreEwma, score, SCORE_ALPHA),
  };
}
