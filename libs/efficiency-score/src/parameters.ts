import { canonicalText, hashOfText, namedValues, type ParameterNames } from '@quantum/efficiency-policy';

/** The score that the hash carries: the posterior probability, or the published formula. */
export const BRAIN_MODELS = ['posterior', 'p31_v1'] as const;
export type BrainModel = (typeof BRAIN_MODELS)[number];

/** Everything that decides a score. */
export interface BrainParameters {
  /** BRAIN_MODEL. */
  model: BrainModel;
  /** BRAIN_PERIOD_SEC: length of a period, seconds, 0.1..86,400. Fractions are allowed. */
  periodSec: number;
  /** BRAIN_HURDLE_BPS_PER_DAY: return that reserved capital must earn, basis points a day, -10,000..10,000. */
  hurdleBpsPerDay: number;
  /** BRAIN_HALFLIFE_SEC: age at which a period counts half, seconds, from one period to ten years. */
  halflifeSec: number;
  /** BRAIN_MIN_SD_BPS_PER_DAY: least standard deviation of returns, basis points a day, 0.000001..10,000. */
  minSdBpsPerDay: number;
  /** BRAIN_PRIOR_SR_PER_DAY: standard deviation of the Sharpe ratios that are believed in, per day, 0.0001..100. */
  priorSrPerDay: number;
  /** BRAIN_CONF_PERIODS: effective periods at which confidence is a half, 0.001..1e9. */
  confidencePeriods: number;
  /** P31_STALE_SEC: age of inputs at which freshness is 0, seconds. Longer than a period, at most 1e7. */
  staleSec: number;
  /** P31_MAX_FUTURE_SEC: maximum lead of an input's time over `now`, seconds, 0..1e7. */
  maxFutureSec: number;
}

export const DEFAULT_PARAMETERS: BrainParameters = {
  model: 'posterior',
  periodSec: 60,
  hurdleBpsPerDay: 0,
  halflifeSec: 604_800,
  minSdBpsPerDay: 1,
  priorSrPerDay: 0.05,
  confidencePeriods: 720,
  staleSec: 600,
  maxFutureSec: 60,
};

/** Variable name and property name of each parameter. */
export const BRAIN_PARAMETERS = {
  BRAIN_MODEL: 'model',
  BRAIN_PERIOD_SEC: 'periodSec',
  BRAIN_HURDLE_BPS_PER_DAY: 'hurdleBpsPerDay',
  BRAIN_HALFLIFE_SEC: 'halflifeSec',
  BRAIN_MIN_SD_BPS_PER_DAY: 'minSdBpsPerDay',
  BRAIN_PRIOR_SR_PER_DAY: 'priorSrPerDay',
  BRAIN_CONF_PERIODS: 'confidencePeriods',
  P31_STALE_SEC: 'staleSec',
  P31_MAX_FUTURE_SEC: 'maxFutureSec',
} as const satisfies ParameterNames<BrainParameters>;

/** Least and greatest value of each number. */
export const PARAMETER_RANGES = {
  periodSec: [0.1, 86_400],
  hurdleBpsPerDay: [-10_000, 10_000],
  halflifeSec: [0.1, 315_576_000],
  minSdBpsPerDay: [1e-6, 10_000],
  priorSrPerDay: [1e-4, 100],
  confidencePeriods: [1e-3, 1e9],
  staleSec: [0.1, 1e7],
  maxFutureSec: [0, 1e7],
} as const satisfies Record<Exclude<keyof BrainParameters, 'model'>, readonly [number, number]>;

/** The canonical text of these parameters, in the form of the other services' parameter sets. */
export const parametersText = (parameters: BrainParameters): string =>
  canonicalText(namedValues(parameters, BRAIN_PARAMETERS));

/** The hash that outputs carry as `policy`: 12 hex digits. `sha256` gives hexadecimal digits of a UTF-8 text. */
export const policyOf = (parameters: BrainParameters, sha256: (text: string) => string): string =>
  hashOfText(parametersText(parameters), sha256);

/** The rules that these parameters break, a line each; empty if there are none. */
export function violationsOf(parameters: BrainParameters): readonly string[] {
  const variableOf = Object.fromEntries(Object.entries(BRAIN_PARAMETERS).map(([name, property]) => [property, name]));
  const violations: string[] = [];
  for (const [property, [least, greatest]] of Object.entries(PARAMETER_RANGES)) {
    const value = parameters[property as keyof typeof PARAMETER_RANGES];
    if (value >= least && value <= greatest) continue;
    violations.push(`${variableOf[property] ?? property}=${value}: must be within ${least}..${greatest}`);
  }
  if (!BRAIN_MODELS.includes(parameters.model)) {
    violations.push(`BRAIN_MODEL=${parameters.model}: must be one of ${BRAIN_MODELS.join(', ')}`);
  }
  const { periodSec, halflifeSec, staleSec } = parameters;
  if (halflifeSec < periodSec) {
    violations.push(`BRAIN_HALFLIFE_SEC=${halflifeSec}: must not be shorter than BRAIN_PERIOD_SEC=${periodSec}`);
  }
  if (staleSec <= periodSec) {
    violations.push(`P31_STALE_SEC=${staleSec}: must be longer than BRAIN_PERIOD_SEC=${periodSec}`);
  }
  return violations;
}
