import { sha256 } from '@quantum/policy';
import { GUARD_NAMES } from '@quantum/rollout-guards';
import { parsePlan, planHash, planText, type RolloutPlan } from '@quantum/rollout-plan';

/** A plan with its canonical text and its hash. */
export interface TestPlan {
  plan: RolloutPlan;
  text: string;
  hash: string;
}

const guards = GUARD_NAMES.filter((name) => name !== 'book_drawdown').map((name) => [name, { owner: 'risk' }] as const);

/**
 * A plan with periods of ten seconds. Of the guards only `completeness` is wider than by default: on a busy machine a
 * cycle of a second may be left out. `changes`: its cohorts, its stages, and what else is different.
 * @throws Error that lists what is wrong with it
 */
export function testPlan(changes: Readonly<Record<string, unknown>>): TestPlan {
  const file = {
    version: 1,
    name: 'testbed',
    owner: 'desk',
    limits: { maxDeviationUsd: { total: 100_000, perSymbol: 50_000 } },
    slewPerCycle: 0.25,
    maxHoldSec: 600,
    approvalDays: 1,
    guards: { ...Object.fromEntries(guards), completeness: { owner: 'risk', minShare: 0.5 } },
    evidence: { periodSec: 10, clipBps: 40, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 1 },
    ...changes,
  };
  const { plan, violations } = parsePlan(JSON.stringify(file), () => true);
  if (!plan) throw new Error(violations.join('\n'));
  return { plan, text: planText(plan), hash: planHash(plan, sha256) };
}
