import {
  addHour,
  hourAdvantage,
  isHarmShown,
  isShown,
  NEW_E_PROCESS,
  type EvidenceRules,
  type EvidenceTest,
} from '@quantum/rollout-guards';
import { meanInterval } from '@quantum/shadow-evidence';
import type { Series } from './noise.js';

const PERIOD_SEC = 300;
const PERIODS_PER_HOUR = 12;
const HOURS_PER_DAY = 24;
/** Hours of shadow from which `clipBps` is proposed. */
const SHADOW_HOURS = 240;
const CLIP_SDS = 4;

/** A book whose advantage is drawn: mean and standard deviation of a day, basis points. */
export interface Book {
  meanBpsPerDay: number;
  sdBpsPerSqrtDay: number;
}

/** Draws the advantages of one hour after another, from those of its periods. */
export function hoursOf({ meanBpsPerDay, sdBpsPerSqrtDay }: Book, noise: Series): () => number | undefined {
  const perDay = PERIODS_PER_HOUR * HOURS_PER_DAY;
  const [mean, sd] = [meanBpsPerDay / perDay, sdBpsPerSqrtDay / Math.sqrt(perDay)];
  return () =>
    hourAdvantage(
      Array.from({ length: PERIODS_PER_HOUR }, () => mean + sd * noise()),
      PERIOD_SEC,
    );
}

/** The clip that a shadow record of these hours proposes: four standard deviations of an hour, basis points. */
export function proposedClip(hour: () => number | undefined): number {
  const hours = Array.from({ length: SHADOW_HOURS }, hour).filter((y): y is number => y !== undefined);
  const mean = hours.reduce((sum, y) => sum + y, 0) / hours.length;
  return CLIP_SDS * Math.sqrt(hours.reduce((sum, y) => sum + (y - mean) ** 2, 0) / (hours.length - 1));
}

/** The first of these hours after which a test is met, looked at after each; undefined: none. */
export function firstMet(
  test: EvidenceTest,
  hour: () => number | undefined,
  hours: number,
  rules: EvidenceRules,
  alpha: number,
): number | undefined {
  let state = NEW_E_PROCESS;
  for (let i = 1; i <= hours; i += 1) {
    state = addHour(state, test, hour(), rules);
    if (test === 'harm' ? isHarmShown(state, alpha) : isShown(state, alpha) === true) return i;
  }
  return undefined;
}

/**
 * Whether a bootstrap ever shows harm if one looks every `every` hours: its interval of 95 % lies below -delta. This is
 * not what it was made for, and is the negative control: it errs more often than a look at the end would.
 */
export function bootstrapEverShowsHarm(
  hour: () => number | undefined,
  hours: number,
  every: number,
  deltaBpsPerDay: number,
  resamples: number,
): boolean {
  const seen: number[] = [];
  for (let i = 1; i <= hours; i += 1) {
    seen.push(hour() ?? 0);
    if (i % every > 0) continue;
    const interval = meanInterval(seen, { seed: i, resamples });
    if (interval && interval.high < -deltaBpsPerDay / HOURS_PER_DAY) return true;
  }
  return false;
}
