import { describe, expect, it } from '@jest/globals';
import { noisyHours, planWith } from './example.test-support.js';
import { lintPlan, lintText, type ShadowHour } from './index.js';

// Little noise, in which harm is shown within hours: the days of a noisy record take a second.
const record = noisyHours(480, { sdBps: 0.4 });
const tight = planWith({ relative_drawdown: { minBps: 0, sds: 1 } });
/** The record, with more in each hour. */
const withMore = (more: (i: number) => Partial<ShadowHour>): ShadowHour[] =>
  record.map((hour, i) => ({ ...hour, ...more(i) }));

describe('the figures of a shadow record', () => {
  const wide = planWith({}, { evidence: { clipBps: 16, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 5 } });
  const { stages } = lintPlan(wide, noisyHours(480), 1);

  it('are the spread of its hours, and four times that as clipBps', () => {
    expect(stages).toHaveLength(2);
    expect(stages[0]).toMatchObject({ stage: 'pilot', hours: 480, days: 4, clippedShare: 0 });
    expect(stages[0]!.sdBps).toBeCloseTo(4, 0);
    expect(stages[0]!.proposedClipBps).toBe(4 * stages[0]!.sdBps);
  });

  it('are the days until harm is shown: fewer for more harm, and more for more noise', () => {
    const [five, ten, twenty] = stages[0]!.detectionDays.map((days) => days ?? Infinity) as [number, number, number];
    expect(five).toBeGreaterThan(ten);
    expect(ten).toBeGreaterThan(twenty);
    // As calibration has it for this spread: 25 and 6 days.
    expect(ten).toBeGreaterThan(12);
    expect(ten).toBeLessThan(50);
    expect(twenty).toBeLessThan(12);
  });

  it('do not depend on what the proposals gained: noise has no mean', () => {
    const gaining = lintPlan(wide, noisyHours(480, { meanBps: 3 }), 1).stages[0]!;
    expect(gaining.sdBps).toBeCloseTo(stages[0]!.sdBps, 9);
    expect(gaining.trips).toEqual(stages[0]!.trips);
    expect(gaining.detectionDays).toEqual(stages[0]!.detectionDays);
  });

  it('are the same for the same seed, and others for another', () => {
    expect(lintPlan(tight, record, 7)).toEqual(lintPlan(tight, record, 7));
    expect(lintPlan(tight, record, 8)).not.toEqual(lintPlan(tight, record, 7));
  });

  it('are of the hours of a stage where the record tells them apart', () => {
    const wild = noisyHours(100, { sdBps: 0.9 }).map((hour) => ({ ...hour, stage: 'pilot' }));
    const [pilot, full] = lintPlan(planWith(), [...wild, ...record], 1).stages;
    expect([pilot!.hours, full!.hours]).toEqual([100, 480]);
    expect(pilot!.sdBps).toBeGreaterThan(1.5 * full!.sdBps);
  });
});

describe('a plan', () => {
  it('passes with the default limits', () => {
    const { refusals, warnings, stages, done } = lintPlan(planWith(), record, 1);
    expect([refusals, warnings]).toEqual([[], []]);
    expect(stages[1]!.trips).toEqual({ relative_drawdown: expect.any(Number), slew: undefined, book_drawdown: undefined, any: expect.any(Number) }); // prettier-ignore
    expect(done?.days).toBe(2);
  });

  it('is refused where noise trips a hard limit in more than a tenth of its stages', () => {
    const { refusals, stages } = lintPlan(tight, record, 1);
    // A random walk often falls by one standard deviation of its length.
    expect(stages[0]!.trips['relative_drawdown']).toBeGreaterThan(0.25);
    expect(refusals).toHaveLength(2);
    expect(refusals[0]).toMatch(/^stage pilot: relative_drawdown trips on noise in \d+(\.\d)? % of stages of 4 days, above 10 %; raise guards\.relative_drawdown\.minBps or sds$/); // prettier-ignore
  });

  it('is refused only where something is enforced', () => {
    const shadow = planWith({ relative_drawdown: { minBps: 0, sds: 1 } }, { stages: [{ ...tight.stages[0], blend: 0 }] });
    expect(lintPlan(shadow, record, 1).refusals).toEqual([]);
  }); // prettier-ignore

  it('is refused for what the multipliers turn over in a day, by number and by cost', () => {
    const moving = withMore(() => ({ turnover: 0.1 })); // 2.4 a day at full blend, 12 bps of cost
    expect(lintPlan(planWith(), moving, 1).refusals).toEqual([]);
    expect(lintPlan(planWith({ slew: { perDay: 2.3 } }), moving, 1).refusals).toEqual([
      expect.stringMatching(/^stage full: slew trips on noise in 100 % of stages/),
    ]);
    expect(lintPlan(planWith({ slew: { costBpsPerDay: 11 } }), moving, 1).stages.map(({ trips }) => trips['slew'])).toEqual([0, 1]);
  }); // prettier-ignore

  it('is refused for a limit of the whole book that its own swings trip', () => {
    const swinging = record.map((hour, i) => ({ ...hour, bookBps: 500 * (record[(7 * i) % 480]?.advantageBps ?? 0) }));
    const trips = (maxBps: number): number | undefined =>
      lintPlan(planWith({ book_drawdown: { maxBps } }), swinging, 1).stages[0]!.trips['book_drawdown'];
    expect(trips(500)).toBeGreaterThan(0.9);
    expect(trips(9999)).toBe(0);
  });

  it('is refused where its limits trip too often together, though none does alone', () => {
    const swinging = record.map((hour, i) => ({ ...hour, bookBps: 500 * (record[(7 * i) % 480]?.advantageBps ?? 0) }));
    const both = (sds: number, maxBps: number) =>
      lintPlan(planWith({ relative_drawdown: { minBps: 0, sds }, book_drawdown: { maxBps } }), swinging, 1);
    const found = both(1.5, 3500);
    const { relative_drawdown = 1, book_drawdown = 1, any = 0 } = found.stages[0]!.trips;
    expect([relative_drawdown <= 0.1, book_drawdown <= 0.1, any > 0.1]).toEqual([true, true, true]);
    expect(found.refusals[0]).toMatch(/^stage pilot: some hard limit trips/);
  });

  it.each([
    ['without a record', [], 'stage pilot: the record has 0 hours with an advantage, 48 are needed'],
    ['with two hours too few', record.slice(0, 46), 'stage pilot: the record has 46 hours with an advantage, 48 are needed'],
    ['with missing hours', record.map((hour, i) => (i < 460 ? { hourSec: hour.hourSec } : hour)), 'stage pilot: the record has 20 hours with an advantage, 48 are needed'],
    ['with a record that does not move', record.map((hour) => ({ ...hour, advantageBps: 1 })), 'stage pilot: all hours of the record have the same advantage, so nothing can be judged'],
  ])('is refused %s', (_what, hours, refusal) => {
    const { refusals, done } = lintPlan(planWith(), hours, 1);
    expect(refusals).toEqual([refusal, refusal.replace('pilot', 'full')]);
    expect(done).toBeUndefined();
  }); // prettier-ignore
});

describe('a warning', () => {
  it('says that clipBps clips more than the evidence allows', () => {
    const narrow = planWith({}, { evidence: { clipBps: 0.6, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 5 } });
    const { refusals, warnings } = lintPlan(narrow, record, 1);
    expect(refusals).toEqual([]);
    expect(warnings[0]).toMatch(/^stage pilot: clipBps 0\.6 clips 1\d(\.\d)? % of the hours; above 1 % no stage that requires evidence ends; 1\.\d+ is proposed$/); // prettier-ignore
  });

  it.each<[string, Partial<ShadowHour>, (number | undefined)[]]>([
    ['sum_ratio', { minSumRatio: 0.8, maxSumRatio: 0.9 }, [0, 1]],
    ['sum_ratio', { minSumRatio: 1, maxSumRatio: 1.1 }, [1, 1]],
    ['sum_ratio', { minSumRatio: 1, maxSumRatio: 1.04 }, [1, 0]],
    ['oscillation', { turns: 7 }, [1, 1]],
    ['oscillation', { turns: 6 }, [0, 0]],
    ['freshness', { notOkShare: 0.3 }, [1, 1]],
    ['freshness', {}, [undefined, undefined]],
  ])('says where %s would hold: %j', (guard, more, shares) => {
    const { stages, warnings, refusals } = lintPlan(planWith(), withMore(() => more), 1); // prettier-ignore
    expect(stages.map(({ holds }) => holds[guard])).toEqual(shares);
    const names = ['pilot', 'full'].filter((_, i) => shares[i] === 1);
    expect(warnings).toEqual(names.map((stage) => `stage ${stage}: ${guard} would hold in 100 % of the hours`));
    expect(refusals).toEqual([]);
  });

  it('says that a limit of the last stage trips in the days of done', () => {
    const { warnings } = lintPlan(
      planWith({ relative_drawdown: { minBps: 0, sds: 2.5 } }, { approvalDays: 30 }),
      record,
      1,
    );
    expect(warnings).toEqual([expect.stringMatching(/^done: relative_drawdown trips on noise in \d+(\.\d)? % of 30 days$/)]); // prettier-ignore
  });
});

describe('the text', () => {
  it('has a row for each stage and for done, and a line for each refusal', () => {
    const result = lintPlan(tight, record, 1);
    const text = lintText(result);
    expect(text).toContain('sd of an hour, bps');
    for (const name of ['pilot', 'full', 'done']) expect(text).toMatch(new RegExp(`│ ${name} +│`));
    expect(text.split('\n').filter((line) => line.startsWith('refused: '))).toHaveLength(result.refusals.length);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('has a dash for what is not known', () => {
    expect(lintText(lintPlan(planWith(), [], 1))).not.toMatch(/NaN|undefined|Infinity/);
  });
});
