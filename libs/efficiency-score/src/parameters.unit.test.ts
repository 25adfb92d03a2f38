import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  createRules,
  DEFAULT_PARAMETERS,
  parametersText,
  policyOf,
  violationsOf,
  type BrainParameters,
} from './index.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const withChange = (changes: object): BrainParameters => ({ ...DEFAULT_PARAMETERS, ...changes });

describe('parameters', () => {
  it('break no rule by default', () => {
    expect(violationsOf(DEFAULT_PARAMETERS)).toEqual([]);
  });

  it.each([
    ['periodSec', 0.1, 0.09, 'BRAIN_PERIOD_SEC'],
    ['hurdleBpsPerDay', -10_000, 10_001, 'BRAIN_HURDLE_BPS_PER_DAY'],
    ['hurdleBpsPerDay', 10_000, -10_001, 'BRAIN_HURDLE_BPS_PER_DAY'],
    ['halflifeSec', 60, 3.2e8, 'BRAIN_HALFLIFE_SEC'],
    ['minSdBpsPerDay', 1e-6, 0, 'BRAIN_MIN_SD_BPS_PER_DAY'],
    ['priorSrPerDay', 100, 0, 'BRAIN_PRIOR_SR_PER_DAY'],
    ['confidencePeriods', 0.001, 0, 'BRAIN_CONF_PERIODS'],
    ['staleSec', 60.001, 60, 'P31_STALE_SEC'],
    ['maxFutureSec', 0, -1, 'P31_MAX_FUTURE_SEC'],
    ['model', 'p31_v1', 'other', 'BRAIN_MODEL'],
  ])('%s may be %s, not %s', (property, good, bad, variable) => {
    expect(violationsOf(withChange({ [property]: good }))).toEqual([]);
    expect(violationsOf(withChange({ [property]: bad }))).toEqual([expect.stringMatching(`^${variable}=.*: must `)]);
    expect(() => createRules(withChange({ [property]: bad }))).toThrow(RangeError);
  });

  it.each(['periodSec', 'halflifeSec', 'minSdBpsPerDay', 'priorSrPerDay', 'confidencePeriods', 'staleSec', 'maxFutureSec', 'hurdleBpsPerDay'])('%s must be a number', (property) => {
    expect(violationsOf(withChange({ [property]: NaN }))).toHaveLength(1);
    expect(violationsOf(withChange({ [property]: Infinity }))).not.toEqual([]);
  }); // prettier-ignore

  it('are refused with all their violations', () => {
    expect(() => createRules(withChange({ periodSec: 600, halflifeSec: 500 }))).toThrow(
      'BRAIN_HALFLIFE_SEC=500: must not be shorter than BRAIN_PERIOD_SEC=600; P31_STALE_SEC=600: must be longer than BRAIN_PERIOD_SEC=600',
    );
  });

  it('have a text and a hash, as the other services’ parameters do', () => {
    expect(parametersText(DEFAULT_PARAMETERS)).toBe(
      '{"BRAIN_CONF_PERIODS":720,"BRAIN_HALFLIFE_SEC":604800,"BRAIN_HURDLE_BPS_PER_DAY":0,"BRAIN_MIN_SD_BPS_PER_DAY":1,' +
        '"BRAIN_MODEL":"posterior","BRAIN_PERIOD_SEC":60,"BRAIN_PRIOR_SR_PER_DAY":0.05,"P31_MAX_FUTURE_SEC":60,"P31_STALE_SEC":600}',
    );
    const hash = policyOf(DEFAULT_PARAMETERS, sha256);
    expect(hash).toBe(sha256(parametersText(DEFAULT_PARAMETERS)).slice(0, 12));
    expect(policyOf(withChange({ priorSrPerDay: 0.06 }), sha256)).not.toBe(hash);
  });
});

describe('rules', () => {
  it('follow from the parameters', () => {
    const rules = createRules(withChange({ hurdleBpsPerDay: 14.4, minSdBpsPerDay: 2 }));
    expect(rules.periodsPerDay).toBe(1440);
    expect(rules.hurdlePerPeriod).toBeCloseTo(1e-6, 18);
    expect(rules.halflifePeriods).toBe(10_080);
    expect(rules.minSdPerPeriod).toBeCloseTo(2e-4 / Math.sqrt(1440), 18);
    expect(rules.priorPeriods).toBeCloseTo(576_000, 6);
  });

  it('keep the parameters that they were made of', () => {
    const parameters = withChange({});
    const rules = createRules(parameters);
    parameters.periodSec = 1;
    expect(rules.parameters.periodSec).toBe(60);
  });
});
