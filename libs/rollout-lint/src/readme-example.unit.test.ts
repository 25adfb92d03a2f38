import { describe, expect, it } from '@jest/globals';
import { noisyHours, planWith } from './example.test-support.js';
import { lintPlan } from './index.js';

describe('the example of the README', () => {
  it('holds', () => {
    const plan = planWith({ relative_drawdown: { minBps: 0, sds: 1 } });
    const { stages, refusals } = lintPlan(plan, noisyHours(480, { sdBps: 0.4 }), 1);

    expect(stages[0]!.proposedClipBps).toBeCloseTo(1.6, 0); // four standard deviations of an hour
    expect(refusals[0]).toMatch(
      /^stage pilot: relative_drawdown trips on noise in \d\d.* % of stages of 4 days, above 10 %/,
    );
  });
});
