import { full, parseNumber } from '@quantum/redis-schemas';
import type { ScoreRules } from './rules.js';
import type { LastMeasured, Moments, SymbolState } from './state.js';
import { MEASURED_FIELDS, NUMBER_FIELDS, OPTIONAL_FIELDS, REQUIRED_FIELDS, type NumberField } from './state-fields.js';

/** Version of the state's fields. */
export const STATE_VERSION = '1';

/** Names of the state's fields, in order. */
export const STATE_FIELDS = ['version', 'period_sec', ...(Object.keys(NUMBER_FIELDS) as NumberField[])] as const;
export type StateField = (typeof STATE_FIELDS)[number];

/** Why a state was not used. The symbol starts anew; to be counted. */
export const STATE_PROBLEMS = [
  /** No field at all. */
  'absent',
  /** Another version of the fields. */
  'version',
  /** Written with another BRAIN_PERIOD_SEC, so that its periods are not of this grid. */
  'period_sec',
  /** A field is absent, not a number, or out of its range. */
  'invalid',
] as const;
export type StateProblem = (typeof STATE_PROBLEMS)[number];

export type DecodedState =
  | { readonly state: SymbolState; readonly problem?: never }
  | { readonly state?: never; readonly problem: StateProblem };

/** The state as fields of a hash: numbers at full precision, empty where unknown. */
export function encodeState(state: SymbolState, { parameters }: ScoreRules): Record<StateField, string> {
  const { measured, p31 } = state;
  return {
    version: STATE_VERSION,
    period_sec: full(parameters.periodSec),
    first_period: full(state.firstPeriod),
    period: full(state.period),
    gain_usd: full(state.gainUsd),
    peak_gain_usd: full(state.peakGainUsd),
    score_ewma: full(state.scoreEwma),
    p31_volatility_usd: full(p31.volatilityUsd),
    p31_loss_usd: full(p31.lossUsd),
    p31_performance: full(p31.performance),
    p31_target_usd: full(p31.targetUsd),
    position_qty: full(state.positionQty),
    price_usd: full(state.priceUsd),
    p31_last_execution: full(p31.lastExecutionSec),
    last_period: full(measured?.last.period),
    last_return: full(measured?.last.excessReturn),
    oldest_input: full(measured?.last.oldestInputSec),
    weight: full(measured?.moments.weight),
    squared_weight: full(measured?.moments.squaredWeight),
    mean: full(measured?.moments.mean),
    squares: full(measured?.moments.squares),
    pair_weight: full(measured?.moments.pairWeight),
    later_mean: full(measured?.moments.laterMean),
    earlier_mean: full(measured?.moments.earlierMean),
    pair_products: full(measured?.moments.pairProducts),
  };
}

type Fields = Readonly<Record<string, string | null | undefined>>;

/**
 * Reads what `encodeState` wrote, to the bit. Total: other fields are ignored, and a field that is broken names the
 * problem.
 */
export function decodeState(fields: Fields, { parameters }: ScoreRules): DecodedState {
  if (STATE_FIELDS.every((name) => (fields[name] ?? '') === '')) return { problem: 'absent' };
  if (fields['version'] !== STATE_VERSION) return { problem: 'version' };
  if (parseNumber(fields['period_sec']) !== parameters.periodSec) return { problem: 'period_sec' };
  const state = stateOf(fields);
  return state === undefined ? { problem: 'invalid' } : { state };
}

/** Numbers of a group of fields. Undefined if one is absent or out of its range. */
function numbersOf<F extends Record<string, (value: number) => boolean>>(
  fields: Fields,
  group: F,
): Record<keyof F, number> | undefined {
  const numbers = Object.entries(group).map(([name, isValid]) => {
    const value = parseNumber(fields[name]);
    return value !== undefined && isValid(value) ? ([name, value] as const) : undefined;
  });
  return numbers.includes(undefined)
    ? undefined
    : (Object.fromEntries(numbers as [string, number][]) as Record<keyof F, number>);
}

const isEmpty = (fields: Fields, name: string): boolean => (fields[name] ?? '') === '';

function stateOf(fields: Fields): SymbolState | undefined {
  const numbers = numbersOf(fields, REQUIRED_FIELDS);
  const present = Object.fromEntries(Object.entries(OPTIONAL_FIELDS).filter(([name]) => !isEmpty(fields, name)));
  const optional: Partial<Record<keyof typeof OPTIONAL_FIELDS, number>> | undefined = numbersOf(fields, present);
  const hasMeasured = Object.keys(MEASURED_FIELDS).some((name) => !isEmpty(fields, name));
  const measured = hasMeasured ? measuredOf(fields) : undefined;
  if (numbers === undefined || optional === undefined || (hasMeasured && measured === undefined)) return undefined;
  if (numbers.first_period > numbers.period || numbers.gain_usd > numbers.peak_gain_usd) return undefined;
  const last = measured?.last.period ?? numbers.period;
  if (last < numbers.first_period || last > numbers.period) return undefined;
  return {
    firstPeriod: numbers.first_period,
    period: numbers.period,
    positionQty: optional.position_qty,
    priceUsd: optional.price_usd,
    measured,
    gainUsd: numbers.gain_usd,
    peakGainUsd: numbers.peak_gain_usd,
    scoreEwma: numbers.score_ewma,
    p31: {
      volatilityUsd: numbers.p31_volatility_usd,
      lossUsd: numbers.p31_loss_usd,
      performance: numbers.p31_performance,
      targetUsd: numbers.p31_target_usd,
      lastExecutionSec: optional.p31_last_execution,
    },
  };
}

function measuredOf(fields: Fields): { last: LastMeasured; moments: Moments } | undefined {
  const numbers = numbersOf(fields, MEASURED_FIELDS);
  if (numbers === undefined) return undefined;
  return {
    last: {
      period: numbers.last_period,
      excessReturn: numbers.last_return,
      oldestInputSec: numbers.oldest_input,
    },
    moments: {
      weight: numbers.weight,
      squaredWeight: numbers.squared_weight,
      mean: numbers.mean,
      squares: numbers.squares,
      pairWeight: numbers.pair_weight,
      laterMean: numbers.later_mean,
      earlierMean: numbers.earlier_mean,
      pairProducts: numbers.pair_products,
    },
  };
}
