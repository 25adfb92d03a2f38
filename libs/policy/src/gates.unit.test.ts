import { describe, expect, it } from '@jest/globals';
import { governorDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import { gateLimits, gateModes } from './gates.js';

const load = (env: Record<string, string> = {}) => loadConfig(governorDefinition, env).config;

describe('the limits', () => {
  it('are the contract’s by default', () => {
    expect(gateLimits(load())).toEqual({
      killSwitchAllowsCloses: false,
      planMaxAgeSec: 60,
      killScoreCritical: 0.8,
      symbolCooldownSec: 60,
      maxExecPerHour: 3,
      maxExecPer5Min: 2,
      maxNotionalPerDayUsd: 5000,
      refuseUnknownNotional: false,
      countCloses: false,
    });
  });

  it('refuse an unknown notional in production alone', () => {
    for (const mode of ['dry_run', 'testnet', 'production']) {
      expect(gateLimits(load({ APPLY_MODE: mode })).refuseUnknownNotional).toBe(mode === 'production');
    }
  });

  it('take the old name of the daily sum', () => {
    expect(gateLimits(load({ GOV_MAX_REDUCE_NOTIONAL_PER_DAY_USD: '7' })).maxNotionalPerDayUsd).toBe(7);
  });
});

describe('the modes', () => {
  const env = { GOV_GATE_KILL_SWITCH: 'off', GOV_GATE_PLAN_AGE: 'off', GOV_GATE_KILL_SCORE: 'shadow' };

  it('are as given, the kill switch aside', () => {
    expect(gateModes(load(env))).toMatchObject({
      kill_switch: 'enforce', plan_age: 'off', kill_score: 'shadow', disarmed: 'enforce',
    }); // prettier-ignore
  });

  it('enforce nothing but the kill switch in a dry run', () => {
    expect(gateModes(load({ ...env, APPLY_MODE: 'dry_run' }))).toMatchObject({
      kill_switch: 'enforce', plan_age: 'off', kill_score: 'shadow', disarmed: 'shadow',
    }); // prettier-ignore
  });
});
