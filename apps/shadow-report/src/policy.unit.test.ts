import { writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { gateSettings, nameLimits } from '@quantum/policy';
import { governorDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { usePaths } from './paths.test-support.js';
import { decisionTtlSecOf, policyOf, policyTexts } from './policy.js';

const newPath = usePaths();

const envFile = (...lines: string[]): string => {
  const path = newPath();
  writeFileSync(path, lines.join('\n'));
  return path;
};

it("takes from a service's env file what decides, and asks for nothing else that is there", () => {
  const governor = envFile('REDIS_USERNAME=quantum-governor', 'GOV_PLAN_MAX_AGE_SEC=6', 'GOV_CLAIM_IDLE_SEC=2');
  const proposer = envFile('REDIS_PASSWORD_FILE=/nonexistent', 'P31_SCALE=0.9', 'P31_POLICY_FILE=/nonexistent');
  const texts = policyTexts({ proposer, governor }, {});
  expect(texts.governor).toMatchObject({ GOV_PLAN_MAX_AGE_SEC: '6' });
  expect(Object.keys({ ...texts.governor, ...texts.proposer }).join()).not.toMatch(
    /REDIS|GOV_CLAIM|POLICY_FILE|METRICS/,
  );
  const policy = policyOf(texts);
  expect([policy.governor.limits.planMaxAgeSec, policy.proposer.scale]).toEqual([6, 0.9]);
});

it('refuses values that no service would take', () => {
  const proposer = envFile('P31_MIN_MULT=2');
  expect(() => policyTexts({ proposer }, {})).toThrow('P31_MIN_MULT must not exceed P31_MAX_MULT');
});

it('names limits and modes as the governor does', () => {
  const env = { GOV_MAX_EXEC_PER_HOUR: '9', APPLY_MODE: 'dry_run' };
  const { hash } = nameLimits(gateSettings(loadConfig(governorDefinition, env).config));
  expect(policyOf(policyTexts({}, env)).hashes.limits).toBe(hash);
});

it('takes a gate for off that the variables of a recording do not name: its version did not have it', () => {
  const texts = policyTexts({}, { GOV_GATE_HOURLY_RATE: 'shadow' });
  const { GOV_GATE_BURST_RATE: own, ...governor } = texts.governor;
  expect(own).toBe('enforce');
  const { modes } = policyOf({ ...texts, governor }).governor;
  expect(modes).toMatchObject({ burst_rate: 'off', hourly_rate: 'shadow', kill_switch: 'enforce' });
});

it("takes from the governor's environment how long its decision records live", () => {
  expect(decisionTtlSecOf(undefined, {})).toBe(86_400);
  expect(decisionTtlSecOf(undefined, { GOV_DECISION_TTL_SEC: '172800', GOV_PLAN_MAX_AGE_SEC: 'x' })).toBe(172_800);
  expect(() => decisionTtlSecOf(undefined, { GOV_DECISION_TTL_SEC: '60' })).toThrow(/GOV_DECISION_TTL_SEC: '60'/);
});
