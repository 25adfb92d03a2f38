import { addHour, isHarmShown, NEW_E_PROCESS, type EvidenceRules } from '@quantum/rollout-guards';
import { pathsOf } from './resample.js';

/** Harms beyond delta, basis points a day, whose detection is timed. */
export const HARMS_BPS_PER_DAY = [5, 10, 20] as const;
export const MAX_DAYS = 180;
const PATHS = 100;
const HOURS_PER_DAY = 24;

/**
 * Median days until `harm` is shown if the proposals lose delta and this excess, with the noise of the record.
 * Undefined: more than `MAX_DAYS`. `noise`: hourly advantages with mean 0, basis points.
 */
export function daysUntilShown(
  noise: readonly number[],
  excessBpsPerDay: number,
  { deltaBpsPerDay, clipBps, alphaHarm }: EvidenceRules & { alphaHarm: number },
  seed: number,
): number | undefined {
  const mean = -(deltaBpsPerDay + excessBpsPerDay) / HOURS_PER_DAY;
  const startPath = pathsOf(noise.length, seed);
  let running = Array.from({ length: PATHS }, () => ({ nextHour: startPath(), state: NEW_E_PROCESS }));
  // All paths together, hour by hour: once half have ended, the others need not go on.
  for (let hours = 1; hours <= MAX_DAYS * HOURS_PER_DAY; hours += 1) {
    for (const path of running) {
      const advantageBps = mean + (noise[path.nextHour()] ?? 0);
      path.state = addHour(path.state, 'harm', advantageBps, { deltaBpsPerDay, clipBps });
    }
    running = running.filter(({ state }) => !isHarmShown(state, alphaHarm));
    if (running.length <= PATHS / 2) return hours / HOURS_PER_DAY;
  }
  return undefined;
}
