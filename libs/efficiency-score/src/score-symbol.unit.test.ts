import { describe, expect, it } from '@jest/globals';
import { scoreSymbol, type CycleInputs } from './index.js';
import { normalCdf } from './normal-cdf.js';
import { close, closeAll, earned, earnings, FIRST, flat, rules, rulesWith } from './periods.test-support.js';

const inputs = (nowSec: number, changes: Partial<CycleInputs> = {}): CycleInputs => ({
  nowSec, reservedUsd: 1000, performance: undefined, lastExecutionSec: undefined, ...changes,
}); // prettier-ignore

describe('the score of a symbol', () => {
  it('without a state is neutral, without confidence', () => {
    expect(scoreSymbol(undefined, inputs(FIRST * 60), rules)).toEqual({
      score: 0.5, scorePosterior: 0.5, scoreP31V1: 0.5, confidence: 0, effectivePeriods: 0, coverage: 0, freshness: 0,
      meanBpsPerDay: 0, sdBpsPerDay: 1, drawdownUsd: 0, idleSec: 0, scoreEwma: 0.5, capitalPressure: 'HOLD', reallocationWeight: 0,
    }); // prettier-ignore
  });

  it('that is flat is neutral, and confident in time', () => {
    const day = closeAll(earnings(Array.from({ length: 1440 }, () => 0)))!;
    const score = scoreSymbol(day, inputs((day.period + 1) * 60), rules);
    expect(score).toMatchObject({ score: 0.5, meanBpsPerDay: 0, sdBpsPerDay: 1, freshness: 1 });
    expect(score.confidence).toBeCloseTo(2 / 3, 2); // 0.67 after 24 hours
  });

  it('follows from its state: two returns of 1 % and 3 %', () => {
    const own = rulesWith({ priorSrPerDay: 2, confidencePeriods: 2, halflifeSec: 3e8 });
    const state = closeAll(earnings([10, 30, -20]), own)!;
    const score = scoreSymbol(state, inputs((state.period + 1) * 60 + 270, { performance: 0.2 }), own);
    const [mean, variance] = [20 / 3000, (0.1 + 0.9 + 0.4) / 3000 - (20 / 3000) ** 2];
    expect(score.effectivePeriods).toBeCloseTo(3, 4);
    expect(score.meanBpsPerDay).toBeCloseTo(mean * 1440 * 1e4, 1);
    expect(score.sdBpsPerDay).toBeCloseTo(Math.sqrt(variance * 1440) * 1e4, 2);
    expect(score.scorePosterior).toBeCloseTo(
      normalCdf((mean / Math.sqrt(variance)) * Math.sqrt(3) * Math.sqrt(3 / 363)),
      6,
    );
    expect(score.score).toBe(score.scorePosterior);
    expect(score.scoreP31V1).toBeCloseTo(
      0.6 / (1 + (0.8 * (10 * 0.128 + 30 * 0.16 + 20 * 0.2)) / 1000 + (1.2 * 4) / 1000),
      12,
    );
    expect(score.coverage).toBeCloseTo(0.75, 5);
    expect(score.freshness).toBeCloseTo(0.5, 12);
    expect(score.confidence).toBeCloseTo((3 / 5) * 0.75 * 0.5, 5);
    expect(score).toMatchObject({ drawdownUsd: 20, idleSec: 0, scoreEwma: state.scoreEwma });
  });

  it('is that of the chosen model', () => {
    const state = closeAll(earnings([10, 30]))!;
    const p31 = scoreSymbol(state, inputs(0, { performance: 0.9 }), rulesWith({ model: 'p31_v1' }));
    expect(p31.score).toBe(p31.scoreP31V1);
    expect(p31.scoreP31V1).toBeGreaterThan(0.9);
    expect(p31.scorePosterior).toBe(scoreSymbol(state, inputs(0), rules).score);
  });

  it('loses confidence, not score, where a symbol is halted', () => {
    const day = closeAll(earnings(Array.from({ length: 1440 }, (_, i) => (i % 7) - 3.5)))!;
    const nowSec = (day.period + 1) * 60;
    const before = scoreSymbol(day, inputs(nowSec), rules);
    expect(before.score).toBeLessThan(0.5);
    const halted = closeAll(
      Array.from({ length: 60 }, (_, i) => earned(day.period + 1 + i, undefined)),
      rules,
      day,
    )!;
    expect(scoreSymbol(halted, inputs(nowSec), rules)).toEqual({ ...before, coverage: expect.anything(), confidence: expect.anything(), reallocationWeight: expect.anything() }); // prettier-ignore
    expect(scoreSymbol(halted, inputs(nowSec), rules).confidence).toBeLessThan(before.confidence);
    expect(scoreSymbol(halted, inputs(nowSec + 3600), rules)).toMatchObject({ score: before.score, confidence: 0 });
  });

  it('knows idle time and losses of the moment', () => {
    const state = close(close(undefined, flat(FIRST)).state, earned(FIRST + 1, -3000)).state;
    const score = scoreSymbol(state, inputs((FIRST + 2) * 60, { lastExecutionSec: (FIRST + 2) * 60 - 90 }), rules);
    expect(score).toMatchObject({ idleSec: 90, drawdownUsd: 3000, capitalPressure: 'DECREASE' });
    expect(scoreSymbol(state, inputs(0, { reservedUsd: 1e6 }), rules).capitalPressure).toBe('HOLD');
  });

  it('weighs a reallocation by its confidence', () => {
    const state = closeAll(
      earnings(Array.from({ length: 720 }, (_, i) => 10 + (i % 3))),
      rulesWith({ priorSrPerDay: 5 }),
    )!;
    const score = scoreSymbol(state, inputs((state.period + 1) * 60), rules);
    expect(score.reallocationWeight).toBeCloseTo(2 * (state.scoreEwma - 0.5) * score.confidence, 12);
    expect(score.reallocationWeight).toBeGreaterThan(0.4);
    expect(score.capitalPressure).toBe(score.confidence >= 0.5 ? 'INCREASE' : 'HOLD');
  });
});
