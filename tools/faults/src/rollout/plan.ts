import { NEW_FOLDS } from '@quantum/rollout-evidence';
import { GUARDS, NEW_E_PROCESS } from '@quantum/rollout-guards';
import { putShadowDay, testPlan, type TestPlan } from '@quantum/rollout-testbed';
import type { Redis } from 'ioredis';

export const PILOT = ['AAAUSDT', 'BBBUSDT'];
export const REST = ['CCCUSDT', 'DDDUSDT'];
/** It has a target and is in no plan. */
export const OUTSIDE = 'EEEUSDT';
export const SYMBOLS = [...PILOT, ...REST, OUTSIDE];
export const POLICY = '0123456789ab';
export const INTERVAL_SEC = 1;
/**
 * Longest time from a cycle to the end of its multipliers: the contract's limit, and what it says for this interval.
 */
export const MOST_LIFE_SEC = 60;
export const LIFE_SEC = 30;
/** Longest age of an input under the plan, seconds. */
export const FRESH_SEC = 5;
export const BAKE_SEC = 2.16;
export const MAX_HOLD_SEC = 60;
/** Distance from 1 that every proposal has. */
export const PROPOSED = 0.9;

const stage = { direction: 'down_only', minHours: BAKE_SEC / 3600, minPeriods: 0, approvals: 0, require: 'none' };
const owner = 'risk';

/** Limits under which no guard acts on kills and restarts within seconds: what they count is made for hours. */
const LIMITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  slew: { perDay: 100, costBpsPerDay: 1000 },
  completeness: { minShare: 0 },
  tracking: { minShare: 0 },
  oscillation: { maxPerSymbolHour: 360 },
  freshness: { maxScoreSec: FRESH_SEC, maxBaseSec: FRESH_SEC, maxPriceSec: FRESH_SEC },
  integrity: { maxSkewSec: 10 },
};

/** A plan of two stages that bake for seconds. */
export const PLAN: TestPlan = testPlan({
  name: 'majors',
  cohorts: { pilot: PILOT, rest: REST },
  stages: [
    { ...stage, name: 'pilot', cohorts: ['pilot'], blend: 0.2 },
    { ...stage, name: 'full', cohorts: ['pilot', 'rest'], blend: 0.5 },
  ],
  limits: { maxDeviationUsd: { total: 5000, perSymbol: 2000 } },
  slewPerCycle: 0.1,
  maxHoldSec: MAX_HOLD_SEC,
  approvalDays: 30,
  guards: Object.fromEntries(GUARDS.filter(({ name }) => name !== 'book_drawdown').map(({ name }) => [name, { owner, ...LIMITS[name] }])),
  evidence: { periodSec: 10, clipBps: 16, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 0 },
}); // prettier-ignore

/** Writes what a day and a half of shadow would have left: without it, no stage may begin. */
export function writeShadow(redis: Redis): Promise<void> {
  const sinceSec = Math.floor(Date.now() / 1000) - 36 * 3600;
  const sums = { hours: 36, meanBps: 0, squares: 36 };
  const folds = {
    ...NEW_FOLDS,
    series: {
      plan: PLAN.hash, policy: POLICY, sinceSec, harmSec: sinceSec, asOfSec: sinceSec, periods: 0, missing: 0,
      period: undefined, hour: undefined, sums, stageSums: [sums, sums], deviationsBefore: [],
      tests: { harm: NEW_E_PROCESS, non_inferior: NEW_E_PROCESS, superior: NEW_E_PROCESS },
    },
  }; // prettier-ignore
  return putShadowDay(redis, { folds });
}
