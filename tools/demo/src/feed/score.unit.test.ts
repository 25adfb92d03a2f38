import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { confidenceOf, efficiencyScore, scoreTerms, smoothScore, type ScoreTerms } from './score.js';

const share = uniform(0, 1);
const terms = fc.record({
  performance: uniform(0, 2),
  volatility: share,
  drawdown: share,
  idle: share,
});
const logReturn = uniform(-1, 1);
const measures = fc.record({ totalReturn: logReturn, volatility: share, drawdown: share, idle: share });

describe('the score of some terms', () => {
  it('is performance / (1 + 0.8 volatility + 1.2 drawdown + 0.6 idle)', () => {
    expect(efficiencyScore({ performance: 1, volatility: 0.5, drawdown: 0.5, idle: 0 })).toBeCloseTo(0.5, 12);
    expect(efficiencyScore({ performance: 0.9, volatility: 1, drawdown: 1, idle: 1 })).toBeCloseTo(0.25, 12);
    expect(efficiencyScore({ performance: 2, volatility: 0, drawdown: 0, idle: 0 })).toBe(1);
  });

  it('is within 0..1', () => {
    fc.assert(
      fc.property(terms, (some) => {
        expect(efficiencyScore(some)).toBeGreaterThanOrEqual(0);
        expect(efficiencyScore(some)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('never falls with performance, and never rises with volatility, drawdown or idleness', () => {
    const penalties = fc.constantFrom<keyof ScoreTerms>('volatility', 'drawdown', 'idle');
    fc.assert(
      fc.property(terms, penalties, share, share, (some, penalty, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const performing = (value: number) => efficiencyScore({ ...some, performance: value });
        const penalised = (value: number) => efficiencyScore({ ...some, [penalty]: value });
        expect(performing(less)).toBeLessThanOrEqual(performing(more));
        expect(penalised(less)).toBeGreaterThanOrEqual(penalised(more));
      }),
    );
  });
});

describe('the terms of a universe', () => {
  it('are in their ranges, for any measures', () => {
    fc.assert(
      fc.property(fc.array(measures, { minLength: 1, maxLength: 40 }), (universe) => {
        for (const { performance, volatility, drawdown, idle } of scoreTerms(universe)) {
          expect(performance).toBeGreaterThanOrEqual(0);
          expect(performance).toBeLessThanOrEqual(2);
          for (const value of [volatility, drawdown, idle]) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });

  it('give a median symbol 1, 0.5 and 0.5', () => {
    const of = (totalReturn: number, risk: number) => ({ totalReturn, volatility: risk, drawdown: risk, idle: 0 });
    const [, middle] = scoreTerms([of(-0.01, 0.001), of(0, 0.002), of(0.02, 0.003)]);
    expect(middle).toEqual({ performance: 1, volatility: 0.5, drawdown: 0.5, idle: 0 });
  });

  it('rank performance as returns rank', () => {
    fc.assert(
      fc.property(fc.array(measures, { minLength: 2, maxLength: 40 }), (universe) => {
        const scored = scoreTerms(universe).map(({ performance }, i) => ({
          performance,
          of: universe[i]!.totalReturn,
        }));
        scored.sort((a, b) => a.of - b.of);
        scored.slice(1).forEach(({ performance }, i) => {
          expect(performance).toBeGreaterThanOrEqual(scored[i]!.performance);
        });
      }),
    );
  });
});

describe('the running score', () => {
  it('begins with the first value and moves a quarter of the way to each new one', () => {
    expect(smoothScore(undefined, 0.8)).toBe(0.8);
    expect(smoothScore(0.8, 0.4)).toBeCloseTo(0.7, 12);
  });

  it('stays between the old and the new', () => {
    fc.assert(
      fc.property(share, share, (old, score) => {
        expect(smoothScore(old, score)).toBeGreaterThanOrEqual(Math.min(old, score) - 1e-12);
        expect(smoothScore(old, score)).toBeLessThanOrEqual(Math.max(old, score) + 1e-12);
      }),
    );
  });
});

describe('confidence', () => {
  it('is 1 with fresh inputs, below the minimum of 0.65 after 11 minutes, and never grows with age', () => {
    expect(confidenceOf(0)).toBe(1);
    expect(confidenceOf(10)).toBeGreaterThan(0.65);
    expect(confidenceOf(11)).toBeLessThan(0.65);
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (a, b) => {
        expect(confidenceOf(Math.max(a, b))).toBeLessThanOrEqual(confidenceOf(Math.min(a, b)));
      }),
    );
  });
});
