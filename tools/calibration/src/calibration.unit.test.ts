import { describe, expect, it } from '@jest/globals';
import { createRules, DEFAULT_PARAMETERS } from '@quantum/efficiency-score';
import { calibrate, missOf } from './calibration.js';
import { autoregressive, garch, normal, NOISES, student } from './noise.js';
import { mulberry32 } from '@quantum/testbed';
import { spreadOf } from './spread.js';

/** A day of ten-minute periods tells as much against this prior as 20 days do by default against one of 0.6 a day. */
const rules = createRules({
  ...DEFAULT_PARAMETERS,
  periodSec: 600,
  staleSec: 1200,
  priorSrPerDay: 3,
  halflifeSec: 86_400,
});

describe('a score', () => {
  it('is the probability of a positive mean, in every tenth of its range', () => {
    const tenths = calibrate(rules, 48, 3000, 1);
    expect(tenths.map(({ from }) => from)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
    for (const tenth of tenths) {
      expect(tenth.symbols).toBeGreaterThan(150);
      expect([tenth.from, missOf(tenth)]).toEqual([tenth.from, Math.min(missOf(tenth), 0.05)]);
    }
  });

  it('is the same for the same seed', () => {
    expect(calibrate(rules, 20, 50, 7)).toEqual(calibrate(rules, 20, 50, 7));
    expect(calibrate(rules, 20, 50, 7)).not.toEqual(calibrate(rules, 20, 50, 8));
  });

  it.each(Object.keys(NOISES))('stays near 0.5 in noise: %s', (name) => {
    const narrow = createRules({ ...DEFAULT_PARAMETERS, periodSec: 600, staleSec: 1200 });
    const { low, median, high, belowThreshold, belowThresholdWithoutPrior } = spreadOf(
      narrow,
      360,
      0,
      NOISES[name]!,
      100,
      3,
    );
    expect(low).toBeGreaterThan(0.36);
    expect(high).toBeLessThan(0.64);
    expect(Math.abs(median - 0.5)).toBeLessThan(0.03);
    expect(belowThreshold).toBeLessThan(0.32);
    expect(belowThresholdWithoutPrior).toBeGreaterThan(0.35);
  });

  it('falls below 0.5 with a negative Sharpe ratio, and confidence is the share of what is needed', () => {
    const day = createRules({ ...DEFAULT_PARAMETERS, periodSec: 600, staleSec: 1200, confidencePeriods: 72 });
    const { median, confidence, effectivePeriods } = spreadOf(day, 144, -2, normal, 100, 4);
    expect(median).toBeLessThan(0.49);
    expect(effectivePeriods).toBeGreaterThan(120);
    expect(confidence).toBeCloseTo(2 / 3, 1);
  });
});

describe('noise', () => {
  const moments = (next: () => number, n = 50_000) => {
    const values = Array.from({ length: n }, next);
    const mean = values.reduce((sum, x) => sum + x, 0) / n;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    const pairs = values.slice(1).reduce((sum, x, i) => sum + (x - mean) * ((values[i] as number) - mean), 0) / n;
    const squares = values.slice(1).reduce((sum, x, i) => sum + (x * x - variance) * ((values[i] as number) ** 2 - variance), 0) / n;
    return { mean, variance, autocorrelation: pairs / variance, clusters: squares / variance ** 2, beyond4: values.filter((x) => Math.abs(x) > 4).length / n };
  }; // prettier-ignore

  it.each([
    ['normal', normal, 0],
    ['autoregressive', autoregressive(0.3), 0.3],
    ['autoregressive, alternating', autoregressive(-0.3), -0.3],
    ['GARCH', garch(0.1, 0.88), 0],
  ])('has mean 0, variance 1 and its autocorrelation: %s', (_name, noise, autocorrelation) => {
    const found = moments(noise(mulberry32(5)));
    expect(Math.abs(found.mean)).toBeLessThan(0.02);
    expect(Math.abs(found.variance - 1)).toBeLessThan(0.1);
    expect(Math.abs(found.autocorrelation - autocorrelation)).toBeLessThan(0.02);
  });

  it('has quiet and wild stretches, and heavy tails, where it should', () => {
    expect(moments(garch(0.1, 0.88)(mulberry32(5))).clusters).toBeGreaterThan(0.3);
    expect(moments(student(3)(mulberry32(5))).beyond4).toBeGreaterThan(0.003);
    expect(moments(normal(mulberry32(5))).beyond4).toBeLessThan(0.0003);
  });
});
