import { describe, expect, it } from '@jest/globals';
import { finite, uniform } from '@quantum/generators';
import fc from 'fast-check';
import {
  ADDED_PARAMETERS,
  canonicalText,
  HINT_PARAMETERS,
  namedValues,
  PROPOSAL_PARAMETERS,
  type ParameterValue,
  type ProposalParameters,
} from './index.js';

const parameters: ProposalParameters = {
  minConfidence: 0.65,
  maxFutureSec: 60,
  maxAgeSec: 600,
  base: 1,
  scale: 1,
  minMultiplier: 0.5,
  maxMultiplier: 1.5,
  smoothingHalflifeSec: 0,
};

describe('the canonical text', () => {
  it('has its names sorted, no blanks, and numbers as ECMAScript writes them', () => {
    const values = { ...namedValues(parameters, PROPOSAL_PARAMETERS), P31_BUDGET: 'off' };
    expect(canonicalText({ ...values, P31_SCALE: 1e-7 })).toBe(
      '{"P31_BASE":1,"P31_BUDGET":"off","P31_MAX_FUTURE_SEC":60,"P31_MAX_MULT":1.5,"P31_MIN_CONF":0.65,' +
        '"P31_MIN_MULT":0.5,"P31_SCALE":1e-7,"P31_SMOOTHING_HALFLIFE_SEC":0,"P31_STALE_SEC":600}',
    );
  });

  it('leaves a parameter that was added out at the value that changes nothing', () => {
    const added: Record<string, ParameterValue> = { P31_ADDED: 0, P31_UNUSED: 1 };
    expect(canonicalText({ P31_SCALE: 1, P31_ADDED: 0 }, added)).toBe('{"P31_SCALE":1}');
    expect(canonicalText({ P31_ADDED: 1, P31_SCALE: 1 }, added)).toBe('{"P31_ADDED":1,"P31_SCALE":1}');
  });

  it('leaves out those that were added so far', () => {
    for (const [name, value] of Object.entries<ParameterValue>(ADDED_PARAMETERS)) {
      expect(canonicalText({ P31_SCALE: 1, [name]: value })).toBe('{"P31_SCALE":1}');
      expect(canonicalText({ [name]: 'other' })).toBe(`{"${name}":"other"}`);
    }
  });

  it('keeps a name that every object has', () => {
    expect(canonicalText({ constructor: 1, P31_SCALE: 1 }, {})).toBe('{"P31_SCALE":1,"constructor":1}');
  });

  it('is the same for the same values in any order, and differs for other values', () => {
    const number = fc.oneof(finite, uniform(0, 1));
    const values = fc.dictionary(
      fc.constantFrom(...Object.keys(HINT_PARAMETERS).filter((name) => !(name in ADDED_PARAMETERS))),
      fc.oneof(number, fc.boolean()),
    );
    fc.assert(
      fc.property(values, values, (a, b) => {
        const reversed = Object.fromEntries(Object.entries(a).reverse());
        expect(canonicalText(reversed)).toBe(canonicalText(a));
        expect(JSON.parse(canonicalText(a))).toEqual({ ...a });
        const same = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
        expect(canonicalText(a) === canonicalText(b)).toBe(same);
      }),
    );
  });
});

describe('the parameter names of both steps', () => {
  it('share those that assess a reading, except the age', () => {
    const shared = Object.keys(PROPOSAL_PARAMETERS).filter((name) => name in HINT_PARAMETERS);
    expect(shared).toEqual(['P31_MIN_CONF', 'P31_MAX_FUTURE_SEC']);
  });

  it('name every parameter once', () => {
    expect(Object.values(PROPOSAL_PARAMETERS).sort()).toEqual(Object.keys(parameters).sort());
  });
});
