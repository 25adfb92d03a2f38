import { type BrainParameters, violationsOf } from './parameters.js';

const DAY_SEC = 86_400;
const BPS = 1e-4;

/** Parameters that are within their ranges, with what follows from them. Made by `createRules` alone. */
export interface ScoreRules {
  readonly parameters: Readonly<BrainParameters>;
  /** P: periods in a day. */
  readonly periodsPerDay: number;
  /** The hurdle of one period, a share of the reserved capital. */
  readonly hurdlePerPeriod: number;
  /** h: the half-life in periods, >= 1. */
  readonly halflifePeriods: number;
  /** Least standard deviation of a period's return. */
  readonly minSdPerPeriod: number;
  /** n0: effective periods that the prior is worth. */
  readonly priorPeriods: number;
}

/**
 * The rules of these parameters.
 * @throws RangeError that lists every violation.
 */
export function createRules(parameters: BrainParameters): ScoreRules {
  const violations = violationsOf(parameters);
  if (violations.length > 0) throw new RangeError(violations.join('; '));
  const periodsPerDay = DAY_SEC / parameters.periodSec;
  return {
    parameters: { ...parameters },
    periodsPerDay,
    hurdlePerPeriod: (parameters.hurdleBpsPerDay * BPS) / periodsPerDay,
    halflifePeriods: parameters.halflifeSec / parameters.periodSec,
    minSdPerPeriod: (parameters.minSdBpsPerDay * BPS) / Math.sqrt(periodsPerDay),
    priorPeriods: periodsPerDay / (parameters.priorSrPerDay * parameters.priorSrPerDay),
  };
}
