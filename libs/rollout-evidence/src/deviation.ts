import type { AdvantageSums } from '@quantum/rollout-guards';
import type { Series } from './series.js';

/** Fewer hours than a day do not tell the standard deviation. */
const MIN_HOURS = 24;
const HOURS_PER_DAY = 24;

/**
 * Standard deviation of the advantage, basis points per square root of a day. Undefined before a day of hours has
 * counted.
 */
const deviationOf = ({ hours, squares }: AdvantageSums): number | undefined =>
  hours < MIN_HOURS ? undefined : Math.sqrt((squares / (hours - 1)) * HOURS_PER_DAY);

/** For each stage of the plan: that of this series, or the one that was last known before the evidence began anew. */
export const deviationsOf = ({ stageSums, deviationsBefore }: Pick<Series, 'stageSums' | 'deviationsBefore'>): (number | undefined)[] =>
  stageSums.map((sums, stage) => deviationOf(sums) ?? deviationsBefore[stage]); // prettier-ignore
