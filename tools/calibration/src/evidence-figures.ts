import { EVIDENCE_TESTS, type EvidenceTest } from '@quantum/rollout-guards';
import { mulberry32 } from '@quantum/testbed';
import { bootstrapEverShowsHarm, firstMet, hoursOf, proposedClip } from './evidence.js';
import { autoregressive, dayNight, garch, normal, student, type Noise } from './noise.js';

/** Kinds of paths. Their periods are five minutes long. */
export const PATHS: Readonly<Record<string, Noise>> = {
  'independent, normal': normal,
  'autoregressive, 0.3': autoregressive(0.3),
  'GARCH(1, 1), 0.1 and 0.88': garch(0.1, 0.88),
  'heavy tails, Student t 3': student(3),
  'day and night, 3 to 1': dayNight(288, 3),
};

export const ALPHA = 0.1;
const DELTA = 2;
const SD = 20;

/** The daily mean at which the hypothesis of a test just holds: errors are most frequent there. */
const boundaryOf = (test: EvidenceTest): number => (test === 'superior' ? 0 : -DELTA);

/** Share of paths on which a test is met although its hypothesis holds, with a look every hour. */
export function falseShare(test: EvidenceTest, noise: Noise, paths: number, hours: number, seed: number): number {
  const random = mulberry32(seed);
  let met = 0;
  for (let i = 0; i < paths; i += 1) {
    const hour = hoursOf({ meanBpsPerDay: boundaryOf(test), sdBpsPerSqrtDay: SD }, noise(random));
    const rules = { clipBps: proposedClip(hour), deltaBpsPerDay: DELTA };
    met += firstMet(test, hour, hours, rules, ALPHA) === undefined ? 0 : 1;
  }
  return met / paths;
}

/** The same of the bootstrap, with a look every 50 hours. */
export function falseBootstrapShare(noise: Noise, paths: number, hours: number, seed: number, resamples = 400): number {
  const random = mulberry32(seed);
  let met = 0;
  for (let i = 0; i < paths; i += 1) {
    const hour = hoursOf({ meanBpsPerDay: -DELTA, sdBpsPerSqrtDay: SD }, noise(random));
    met += bootstrapEverShowsHarm(hour, hours, 50, DELTA, resamples) ? 1 : 0;
  }
  return met / paths;
}

/** Median days until harm of this excess over delta is detected; undefined: more than `maxDays`. */
export function medianDays(
  excessBpsPerDay: number,
  sdBpsPerSqrtDay: number,
  paths: number,
  maxDays: number,
  seed: number,
): number | undefined {
  const random = mulberry32(seed);
  const days = Array.from({ length: paths }, () => {
    const hour = hoursOf({ meanBpsPerDay: -DELTA - excessBpsPerDay, sdBpsPerSqrtDay }, normal(random));
    const rules = { clipBps: proposedClip(hour), deltaBpsPerDay: DELTA };
    return (firstMet('harm', hour, 24 * maxDays, rules, ALPHA) ?? Infinity) / 24;
  }).sort((a, b) => a - b);
  const median = days[Math.floor(paths / 2)] ?? Infinity;
  return Number.isFinite(median) ? median : undefined;
}

/** Every share of a kind of path. */
export const falseShares = (noise: Noise, paths: number, hours: number, seed: number): Record<EvidenceTest, number> =>
  Object.fromEntries(
    EVIDENCE_TESTS.map((test, i) => [test, falseShare(test, noise, paths, hours, seed + i)]),
  ) as Record<EvidenceTest, number>;
