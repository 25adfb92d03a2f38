import { describe, expect, it } from '@jest/globals';
import { canonicalText, hashOfText, type ParameterValues } from '@quantum/efficiency-policy';
import { APPLY_MODES, GATE_MODES } from '@quantum/redis-schemas';
import { GATE_NAMES } from '@quantum/risk-gates';
import { governorDefinition } from '@quantum/service-config';
import { loadConfig } from '@quantum/service-kit';
import fc from 'fast-check';
import { gateSettings, limitValues, nameLimits, settingsOf, sha256 } from './index.js';

const settings = (env: Record<string, string> = {}) => gateSettings(loadConfig(governorDefinition, env).config);
const hash = (env: Record<string, string> = {}) => nameLimits(settings(env)).hash;
const without = (values: ParameterValues, ...names: string[]): ParameterValues =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));

/** Environments that differ little, so that two of them often decide alike. */
const anyEnv = fc
  .record({
    mode: fc.constantFrom(...APPLY_MODES),
    gates: fc.dictionary(fc.constantFrom(...GATE_NAMES.slice(0, 3)), fc.constantFrom(...GATE_MODES)),
    hour: fc.constantFrom('3', '4'),
    score: fc.constantFrom('0.8', '0.80', '0.9'),
    target: fc.constantFrom('live', 'effective'),
  })
  .map(({ mode, gates, hour, score, target }) => ({
    ...Object.fromEntries(Object.entries(gates).map(([gate, value]) => [`GOV_GATE_${gate.toUpperCase()}`, value])),
    APPLY_MODE: mode,
    GOV_MAX_EXEC_PER_HOUR: hour,
    GOV_KILL_SCORE_CRITICAL: score,
    GOV_ALLOCATION_TARGET: target,
  }));

describe('the hash of limits and modes', () => {
  it('is the hash of a canonical text with the names of the variables', () => {
    const named = nameLimits(settings({ GOV_MAX_EXEC_PER_HOUR: '7', GOV_GATE_BURST_RATE: 'shadow' }));
    const values = JSON.parse(named.text) as ParameterValues;
    expect(values).toMatchObject({
      GOV_MAX_EXEC_PER_HOUR: 7, GOV_KILL_SWITCH_ALLOWS_CLOSES: false, GOV_MAX_NOTIONAL_PER_DAY_USD: 5000,
      GOV_GATE_BURST_RATE: 'shadow', GOV_GATE_KILL_SWITCH: 'enforce', refuseUnknownNotional: false,
    }); // prettier-ignore
    expect(named.text).toBe(canonicalText(values));
    expect(named.hash).toBe(hashOfText(named.text, sha256));
    expect(named.hash).toMatch(/^[0-9a-f]{12}$/);
  });

  it('is equal exactly if the gates decide by equal values', () => {
    fc.assert(
      fc.property(anyEnv, anyEnv, (a, b) => {
        const same = JSON.stringify(settings(a)) === JSON.stringify(settings(b));
        expect(hash(a) === hash(b)).toBe(same);
      }),
    );
  });

  it('of live targets does not name them, as in the versions that knew no others', () => {
    expect(hash({ GOV_ALLOCATION_TARGET: 'live' })).toBe(hash());
    const { text } = nameLimits(settings({ GOV_ALLOCATION_TARGET: 'effective' }));
    expect(JSON.parse(text) as unknown).toEqual({ ...limitValues(settings()), GOV_ALLOCATION_TARGET: 'effective' });
    expect(JSON.parse(nameLimits(settings()).text)).not.toHaveProperty('GOV_ALLOCATION_TARGET');
  });

  it('includes the effect of APPLY_MODE on modes and unknown notionals', () => {
    const off = Object.fromEntries(GATE_NAMES.map((gate) => [`GOV_GATE_${gate.toUpperCase()}`, 'off']));
    expect(new Set(APPLY_MODES.map((mode) => hash({ APPLY_MODE: mode }))).size).toBe(3);
    expect(hash({ ...off, APPLY_MODE: 'dry_run' })).toBe(hash(off));
    expect(hash({ ...off, APPLY_MODE: 'production' })).not.toBe(hash(off));
  });
});

describe('the settings behind a hash', () => {
  it('are the hashed ones', () => {
    fc.assert(
      fc.property(anyEnv, (env) => {
        const { text } = nameLimits(settings(env));
        expect(settingsOf(JSON.parse(text) as ParameterValues)).toEqual(settings(env));
      }),
    );
  });

  it('have gates off that their version lacked, and the limits of these at the defaults', () => {
    const values = limitValues(settings({ GOV_GATE_HOURLY_RATE: 'shadow', GOV_MAX_EXEC_PER_5MIN: '9' }));
    const read = settingsOf(without(values, 'GOV_GATE_BURST_RATE', 'GOV_MAX_EXEC_PER_5MIN'));
    expect(read?.modes).toMatchObject({ burst_rate: 'off', hourly_rate: 'shadow' });
    expect(read?.limits.maxExecPer5Min).toBe(settings().limits.maxExecPer5Min);
  });

  it.each<[string, ParameterValues]>([
    ['a limit of a later version', { GOV_LATER: 1 }],
    ['a gate of a later version', { GOV_GATE_LATER: 'enforce' }],
    ['a limit of another type', { GOV_MAX_EXEC_PER_HOUR: '3' }],
    ['a limit that no JSON number can be', { GOV_MAX_EXEC_PER_HOUR: null as unknown as number }],
    ['a target of a later version', { GOV_ALLOCATION_TARGET: 'other' }],
    ['an invalid mode', { GOV_GATE_BURST_RATE: 'sometimes' }],
    ['the name of a built-in property', { toString: 'x' }],
  ])('are not guessed from %s', (_name, values) => {
    expect(settingsOf({ ...limitValues(settings()), ...values })).toBeUndefined();
  });
});
