import { describe, expect, it } from '@jest/globals';
import { DEFAULT_LIMITS, GATES } from '@quantum/risk-gates';
import { governorDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { gateLimits, gateModes } from './gates.js';

const load = (env: Record<string, string> = {}) => loadConfig(governorDefinition, env).config;

describe('the limits', () => {
  it('are those that gates declare, and the contract’s, by default', () => {
    expect(gateLimits(load())).toEqual({
      ...DEFAULT_LIMITS,
      refuseMissingKillScore: false,
      allocationTarget: 'live',
      refuseUnknownNotional: false,
      countCloses: false,
      maxFutureSec: 60,
    });
  });

  it('refuse an unknown notional only in production', () => {
    for (const mode of ['dry_run', 'testnet', 'production']) {
      expect(gateLimits(load({ APPLY_MODE: mode })).refuseUnknownNotional).toBe(mode === 'production');
    }
  });

  it('refuse a missing kill score, and take effective targets, if configured', () => {
    expect(gateLimits(load({ GOV_ALLOCATION_TARGET: 'effective' })).allocationTarget).toBe('effective');
    expect(gateLimits(load({ GOV_KILL_SCORE_MISSING: 'refuse' })).refuseMissingKillScore).toBe(true);
  });

  it('accept the old name of the daily sum', () => {
    expect(gateLimits(load({ GOV_MAX_REDUCE_NOTIONAL_PER_DAY_USD: '7' })).maxNotionalPerDayUsd).toBe(7);
  });
});

describe('the modes', () => {
  const env = { GOV_GATE_KILL_SWITCH: 'off', GOV_GATE_PLAN_AGE: 'off', GOV_GATE_KILL_SCORE: 'shadow' };

  it('are as given, except for the kill switch', () => {
    expect(gateModes(load(env))).toMatchObject({
      kill_switch: 'enforce', plan_age: 'off', kill_score: 'shadow', disarmed: 'enforce',
    }); // prettier-ignore
  });

  it('are those that gates declare by default', () => {
    expect(gateModes(load())).toEqual(Object.fromEntries(GATES.map(({ name, defaultMode }) => [name, defaultMode])));
  });

  it('enforce only the kill switch in a dry run', () => {
    expect(gateModes(load({ ...env, APPLY_MODE: 'dry_run' }))).toMatchObject({
      kill_switch: 'enforce', plan_age: 'off', kill_score: 'shadow', disarmed: 'shadow',
    }); // prettier-ignore
  });
});
