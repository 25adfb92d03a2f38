import { guardLimitsOf, type RolloutPlan, type StagePlan } from '@quantum/rollout-plan';
import type { ShadowHour } from './hour.js';
import { centred, spreadOf } from './resample.js';

/** What a limit is judged on. */
export interface LimitInput {
  plan: RolloutPlan;
  stage: StagePlan;
  /** Least length of the stage, days. */
  stageDays: number;
  hours: readonly ShadowHour[];
}

/** Whether a path of hours, indexes of the record, trips a limit. */
type Trips = (path: readonly number[]) => boolean;

const HOURS_PER_DAY = 24;

/** The advantage that the stage's direction allows. */
export const enforcedOf = ({ enforcedBps, advantageBps }: ShadowHour): number | undefined =>
  enforcedBps ?? advantageBps;

/** Whether the sum over a path ever falls this far below its high, its start included. */
const fallsBelow =
  (values: readonly number[], limit: number): Trips =>
  (path) => {
    let [sum, high] = [0, 0];
    return path.some((hour) => {
      sum += values[hour] ?? 0;
      high = Math.max(high, sum);
      return high - sum > limit;
    });
  };

/** Whether the sum over any 24 hours of a path exceeds a limit. */
const exceedsInADay =
  (values: readonly number[], limit: number): Trips =>
  (path) => {
    let sum = 0;
    return path.some((hour, i) => {
      const before = path[i - HOURS_PER_DAY];
      sum += (values[hour] ?? 0) - (before === undefined ? 0 : (values[before] ?? 0));
      return sum > limit;
    });
  };

/**
 * The limits that roll back or reduce. Advantage and book are resampled with mean 0, so that what trips is noise.
 * Undefined: the plan does not set the limit, the stage enforces nothing, or the record does not have what it judges.
 */
export const HARD_LIMITS: Readonly<Record<string, (input: LimitInput) => Trips | undefined>> = {
  relative_drawdown({ plan, stage, stageDays, hours }) {
    const limits = guardLimitsOf(plan).relative_drawdown;
    const noise = centred(hours.map(enforcedOf));
    // Fall and limit have the blend as a factor alike.
    if (limits === undefined || noise === undefined || stage.blend === 0) return undefined;
    const sdOfStage = spreadOf(noise).sd * Math.sqrt(HOURS_PER_DAY * stageDays);
    return fallsBelow(noise, Math.max(limits.minBps, limits.sds * sdOfStage));
  },
  slew({ plan, stage: { blend }, hours }) {
    const limits = guardLimitsOf(plan).slew;
    const known = hours.flatMap(({ turnover }) => turnover ?? []);
    if (limits === undefined || known.length === 0) return undefined;
    const { mean } = spreadOf(known);
    const byCost = limits.costBpsPerDay / plan.evidence.costBps;
    return exceedsInADay(
      hours.map(({ turnover = mean }) => blend * turnover),
      Math.min(limits.perDay, byCost),
    );
  },
  book_drawdown({ plan, hours }) {
    const limits = guardLimitsOf(plan).book_drawdown;
    const noise = centred(hours.map(({ bookBps }) => bookBps));
    return limits && noise && fallsBelow(noise, limits.maxBps);
  },
};

type HourTest = (input: LimitInput) => ((hour: ShadowHour) => boolean | undefined) | undefined;

/** The limits that hold, by the hour: whether they would in an hour of the record. Undefined: unknown. */
export const HOLDING_LIMITS: Readonly<Record<string, HourTest>> = {
  sum_ratio({ plan, stage: { blend, direction } }) {
    const limits = guardLimitsOf(plan).sum_ratio;
    if (limits === undefined) return undefined;
    const most = direction === 'both' ? limits.maxBoth : limits.max;
    const blended = (ratio: number): number => 1 + blend * (ratio - 1);
    return ({ minSumRatio, maxSumRatio }) =>
      minSumRatio === undefined || maxSumRatio === undefined
        ? undefined
        : blended(minSumRatio) < limits.min || blended(maxSumRatio) > most;
  },
  oscillation({ plan, stage: { blend } }) {
    const limits = guardLimitsOf(plan).oscillation;
    return limits && (({ turns }) => (turns === undefined ? undefined : blend > 0 && turns > limits.maxPerSymbolHour));
  },
  freshness({ plan }) {
    const limits = guardLimitsOf(plan).freshness;
    return limits && (({ notOkShare }) => (notOkShare === undefined ? undefined : notOkShare > limits.maxShare));
  },
};
