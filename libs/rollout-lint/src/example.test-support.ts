import { GUARD_NAMES } from '@quantum/rollout-guards';
import { parsePlan, type RolloutPlan } from '@quantum/rollout-plan';
import { mulberry32 } from '@quantum/shadow-evidence';
import type { ShadowHour } from './hour.js';

/** Start of a UTC hour. */
export const START_SEC = 1_763_384_400;

const stage = { direction: 'down_only', minHours: 96, minPeriods: 200, approvals: 1, require: 'none' };
type Limits = Record<string, Record<string, number>>;

/** A plan of two stages with these limits of guards, for hours with a standard deviation of 0.4 bps. */
export function planWith(guards: Limits = {}, changes: Record<string, unknown> = {}): RolloutPlan {
  const file = {
    version: 1,
    name: 'majors',
    owner: 'desk',
    cohorts: { pilot: ['A'], majors: ['B'] },
    stages: [
      { ...stage, name: 'pilot', cohorts: ['pilot'], blend: 0.2, approvals: 0 },
      { ...stage, name: 'full', cohorts: ['pilot', 'majors'], blend: 1, direction: 'both', require: 'superior' },
    ],
    limits: { maxDeviationUsd: { total: 5000, perSymbol: 2000 } },
    slewPerCycle: 0.05,
    maxHoldSec: 3600,
    approvalDays: 2,
    guards: Object.fromEntries(
      GUARD_NAMES.filter((name) => name !== 'book_drawdown' || guards[name]).map((name) => [name, { owner: 'risk', ...guards[name] }]),
    ),
    evidence: { clipBps: 1.6, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 5 },
    ...changes,
  }; // prettier-ignore
  const { plan, violations } = parsePlan(JSON.stringify(file), () => true);
  if (!plan) throw new Error(violations.join('\n'));
  return plan;
}

/**
 * Independent hours with a standard deviation of about 4 bps (20 per sqrt(day)), the sum of six uniform numbers, and
 * this mean.
 */
export function noisyHours(hours: number, { seed = 1, meanBps = 0, sdBps = 4 } = {}): ShadowHour[] {
  const random = mulberry32(seed);
  const noise = (): number =>
    Array.from({ length: 6 }, random).reduce((sum, value) => sum + value - 0.5, 0) * Math.SQRT2;
  return Array.from({ length: hours }, (_, i) => ({
    hourSec: START_SEC + 3600 * i,
    advantageBps: meanBps + sdBps * noise(),
  }));
}
