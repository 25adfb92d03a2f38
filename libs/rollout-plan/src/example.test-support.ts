import { GUARD_NAMES } from '@quantum/rollout-guards';
import { parsePlan, type RolloutPlan } from './index.js';

const stage = { direction: 'down_only', minHours: 24, minPeriods: 200, approvals: 1, require: 'none' };

/** The file of a plan of three stages, with what a file may leave out left out. */
export const planFile = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  version: 1,
  name: 'majors',
  owner: 'desk',
  cohorts: { pilot: ['BTCUSDT'], majors: ['ETHUSDT', 'SOLUSDT'] },
  stages: [
    { ...stage, name: 'pilot', cohorts: ['pilot'], blend: 0.2, approvals: 0 },
    { ...stage, name: 'half', cohorts: ['pilot', 'majors'], blend: 0.5, require: 'non_inferior' },
    { ...stage, name: 'full', cohorts: ['pilot', 'majors'], blend: 1, direction: 'both', minHours: 96, approvals: 2, require: 'superior' },
  ],
  limits: { maxDeviationUsd: { total: 5000, perSymbol: 2000 } },
  slewPerCycle: 0.05,
  maxHoldSec: 3600,
  approvalDays: 30,
  guards: Object.fromEntries(GUARD_NAMES.filter((name) => name !== 'book_drawdown').map((name) => [name, { owner: 'risk' }])),
  evidence: { clipBps: 16, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 5 },
  ...changes,
}); // prettier-ignore

export function examplePlan(changes: Record<string, unknown> = {}): RolloutPlan {
  const { plan, violations } = parsePlan(JSON.stringify(planFile(changes)), () => true);
  if (!plan) throw new Error(violations.join('\n'));
  return plan;
}
