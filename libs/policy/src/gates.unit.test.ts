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
      refuseMissingKillScore: false,
      symbolCooldownSec: 60,
      maxExecPerHour: 3,
      maxExecPer5Min: 2,
      maxNotionalPerDayUsd: 5000,
      refuseUnknownNotional: false,
      countCloses: false,
      priceBand: 0.5,
      maxFutureSec: 60,
    });
  });

  it('refuse an unknown notional only in production', () => {
    for (const mode of ['dry_run', 'testnet', 'production']) {
      expect(gateLimits(load({ APPLY_MODE: mode })).refuseUnknownNotional).toBe(mode === 'production');
    }
  });

  it('refuse a missing kill score if configured', () => {
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

  it('have price_band in shadow by default, and enforce the others', () => {
    const { price_band, ...others } = gateModes(load());
    expect(price_band).toBe('shadow');
    expect(new Set(Object.values(others))).toEqual(new Set(['enforce']));
  });

  it('enforce only the kill switch in a dry run', () => {
    expect(gateModes(load({ ...env, APPLY_MODE: 'dry_run' }))).toMatchObject({
      kill_switch: 'enforce', plan_age: 'off', kill_score: 'shadow', disarmed: 'shadow',
    }); // prettier-ignore
  });
});
