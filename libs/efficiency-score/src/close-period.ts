import { remainingShare } from './decay.js';
import { ewma, SCORE_ALPHA } from './ewma.js';
import { type Measure, measureOf, type PeriodFlow } from './measure.js';
import { addReturn } from './moments.js';
import { NEW_P31_STATE, p31Score, type P31Inputs, withInputs, withGain } from './p31-v1.js';
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
      /** The measure, or why it is not known. */
      readonly measure: Measure;
      /** Periods between the last closed one and this. They count as missing. */
      readonly skippedPeriods: number;
    }
  /** The period is not after the last one, or no period. The state stays as it is, so that nothing counts twice. */
  | { readonly closed: false };

/** Closes a period of a symbol. `state` is undefined for a new symbol. Total: garbage gives a missing period. */
export function closePeriod(state: SymbolState | undefined, closed: ClosedPeriod, rules: ScoreRules): Closing {
  const period = closed.period + 0; // not -0, which no text keeps
  if (!isPeriod(period) || (state !== undefined && period <= state.period)) return { closed: false };
  const skippedPeriods = state === undefined ? 0 : period - state.period - 1;
  const measure = measureOf(skippedPeriods === 0 ? state : undefined, closed, rules);
  const endSec = periodEndSec(period, rules.parameters.periodSec);
  const inputs = withInputs(state?.p31 ?? NEW_P31_STATE, closed, endSec, rules);
  const { positionQty = NaN, priceUsd = NaN } = closed.end;
  // Field by field: copies of a state by spread take most of the time of a period.
  const next: SymbolState = {
    firstPeriod: state?.firstPeriod ?? period,
    period,
    positionQty: Number.isFinite(positionQty) ? positionQty + 0 : undefined,
    priceUsd: Number.isFinite(priceUsd) && priceUsd > 0 ? priceUsd : undefined,
    measured: state?.measured,
    gainUsd: state?.gainUsd ?? 0,
    peakGainUsd: state?.peakGainUsd ?? 0,
    scoreEwma: state?.scoreEwma ?? 0.5,
    p31: inputs,
  };
  if (measure.missing === undefined) addMeasure(next, measure, closed.oldestInputSec, endSec, rules);
  return { closed: true, state: next, measure, skippedPeriods };
}

/** Adds a measure to a new state. Missing periods before it only let the older weights decay. */
function addMeasure(
  next: SymbolState,
  { excessReturn, gainUsd }: Exclude<Measure, { missing: string }>,
  oldestInputSec: number,
  endSec: number,
  rules: ScoreRules,
): void {
  const { period, measured } = next;
  const last = measured?.last;
  const moments = addReturn(measured?.moments, {
    excessReturn,
    previous: last?.period === period - 1 ? last.excessReturn : undefined,
    remaining: last === undefined ? 0 : remainingShare(period - last.period, rules.halflifePeriods),
  });
  // A time that cannot be read counts as the oldest there is: it makes the score stale.
  const readable = Number.isFinite(oldestInputSec) ? oldestInputSec + 0 : 0;
  next.measured = { last: { period, excessReturn, oldestInputSec: readable }, moments };
  next.gainUsd += gainUsd;
  next.peakGainUsd = Math.max(next.peakGainUsd, next.gainUsd);
  next.p31 = withGain(next.p31, gainUsd);
  const isPosterior = rules.parameters.model === 'posterior';
  next.scoreEwma = ewma(
    next.scoreEwma,
    isPosterior ? posteriorOf(moments, rules).score : p31Score(next.p31, endSec),
    SCORE_ALPHA,
  );
}
