import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { GUARD_NAMES } from '@quantum/rollout-guards';
import { cohortOf, guardLimitsOf, parsePlan } from '@quantum/rollout-plan';
import { REPO_ROOT } from './repo-root.js';

const EXAMPLE = join(REPO_ROOT, 'deploy', 'policy', 'rollout-plan.example.json');
const text = readFileSync(EXAMPLE, 'utf8');

describe('deploy/policy/rollout-plan.example.json', () => {
  const { plan, violations } = parsePlan(text, () => true);

  it('is a plan', () => {
    expect(violations).toBeUndefined();
    expect(plan?.stages.map(({ name }, stage) => [name, cohortOf(plan, stage).size])).toEqual([
      ['pilot', 1],
      ['half', 4],
      ['full', 4],
    ]);
  });

  it('shows every part: each guard, each section, and names no schema, as no relative path would hold after a copy', () => {
    expect(Object.keys(guardLimitsOf(plan!)).sort()).toEqual([...GUARD_NAMES].sort());
    expect(guardLimitsOf(plan!).book_drawdown).toEqual({ maxBps: 800 });
    expect(Object.keys(JSON.parse(text) as object).sort()).toEqual(Object.keys(plan!).sort());
  });
});
