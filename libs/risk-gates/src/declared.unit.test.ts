import { describe, expect, it } from '@jest/globals';
import { common, commonLimits } from './calm.test-support.js';
import { DEFAULT_LIMITS, GATE_FIELDS, GATE_LIMITS, GATES } from './index.js';

const isOnce = (names: readonly string[]): boolean => new Set(names).size === names.length;

describe('what gates declare', () => {
  it('takes no name that every gate knows already', () => {
    expect(isOnce([...Object.keys(common), ...GATE_FIELDS.map(([property]) => property)])).toBe(true);
    expect(isOnce([...Object.keys(commonLimits), ...GATE_LIMITS.map(([property]) => property)])).toBe(true);
  });

  it('has one declaration a field, a variable and a property', () => {
    expect(isOnce(GATES.map(({ name }) => name))).toBe(true);
    expect(isOnce(GATE_FIELDS.map(([, { field }]) => field))).toBe(true);
    expect(isOnce(GATE_LIMITS.map(([, { variable }]) => variable))).toBe(true);
    for (const { fields, limits } of GATES) {
      for (const [property, field] of Object.entries(fields))
        expect(new Map<string, unknown>(GATE_FIELDS).get(property)).toBe(field);
      for (const [property, limit] of Object.entries(limits))
        expect(new Map<string, unknown>(GATE_LIMITS).get(property)).toBe(limit);
    }
  });

  it('has the contract’s limits by default', () => {
    expect(DEFAULT_LIMITS).toMatchObject({
      killSwitchAllowsCloses: false, planMaxAgeSec: 60, killScoreCritical: 0.8, symbolCooldownSec: 60, maxExecPerHour: 3,
      maxExecPer5Min: 2, maxNotionalPerDayUsd: 5000, priceBand: 0.5,
    }); // prettier-ignore
  });
});
