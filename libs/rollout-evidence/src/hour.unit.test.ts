import { describe, expect, it } from '@jest/globals';
import { initialState } from '@quantum/rollout-plan';
import { baking, every, marketOf, NOW, run } from './cycles.test-support.js';
import type { FoldContext } from './index.js';

describe('what was due in the last hour', () => {
  const counted = (times: readonly number[], each: (nowSec: number) => Partial<FoldContext> = () => ({}), cohort = ['A']) =>
    run(times, (nowSec) => [marketOf(nowSec, { cohort: new Set(cohort) }), baking(NOW - 10, { cycleSec: nowSec - 10 }, each(nowSec))])
      .at(-1)!.input.hour; // prettier-ignore

  it('is an hour of cycles, those to come as they should be', () => {
    const whole = { due: 360, published: 360, symbolsDue: 360, symbolsEnforced: 360 };
    expect(counted(every(10, NOW, NOW + 30))).toEqual(whole);
    expect(counted(every(10, NOW, NOW + 3600))).toEqual(whole);
    expect(counted(every(10, NOW, NOW + 3900))).toEqual({ due: 390, published: 390, symbolsDue: 390, symbolsEnforced: 390 }); // prettier-ignore
    expect(counted(every(10, NOW, NOW + 3910))).toEqual({ due: 361, published: 361, symbolsDue: 361, symbolsEnforced: 361 }); // prettier-ignore
  });

  it('lacks the cycles that published nothing, and those that did not happen', () => {
    const unpublished = (nowSec: number) => (nowSec === NOW + 10 ? { wasPublished: false } : {});
    expect(counted(every(10, NOW, NOW + 30), unpublished)).toMatchObject({ due: 360, published: 359, symbolsDue: 359, symbolsEnforced: 359 }); // prettier-ignore
    expect(counted([NOW, NOW + 44])).toMatchObject({ due: 360, published: 357, symbolsDue: 357, symbolsEnforced: 357 });
    expect(counted([NOW, NOW + 14])).toMatchObject({ published: 360 });
    expect(counted([NOW, NOW + 3])).toMatchObject({ published: 360 });
  });

  it('lacks the symbols of the cohort that were not published', () => {
    expect(counted(every(10, NOW, NOW + 20), () => ({}), ['A', 'B'])).toEqual({ due: 360, published: 360, symbolsDue: 720, symbolsEnforced: 718 }); // prettier-ignore
    const beside = () => ({ published: new Map([['A', 0.9], ['C', 0.9]]) }); // prettier-ignore
    expect(counted([NOW], beside)).toMatchObject({ symbolsDue: 360, symbolsEnforced: 360 });
  });

  it('is nothing where the last cycle was to publish nothing', () => {
    const off = () => ({ state: initialState(1), wasPublished: false });
    expect(counted([NOW, NOW + 500], off)).toMatchObject({ due: 360, published: 360 });
    const started = () => ({ state: { ...baking(NOW).state, cycleSec: NOW - 10, sinceSec: NOW }, wasPublished: false });
    expect(counted([NOW], started)).toMatchObject({ due: 360, published: 360 });
    const first = () => ({ state: { ...baking(NOW).state, cycleSec: NOW, sinceSec: NOW }, wasPublished: false });
    expect(counted([NOW + 10], first)).toMatchObject({ due: 360, published: 359 });
  });
});

describe('what oscillation is a share of', () => {
  it('is an hour of the cohort at least, whatever was published', () => {
    const context = baking(NOW - 10, {}, { published: new Map(), wasPublished: false });
    const [first] = run([NOW], (nowSec) => [marketOf(nowSec, { cohort: new Set(['A', 'B']) }), context]);
    expect(first!.input.oscillation).toEqual({ changes: 0, symbolHours: 2 });
    const [none] = run([NOW], (nowSec) => [marketOf(nowSec, { cohort: new Set() }), context]);
    expect(none!.input.oscillation).toEqual({ changes: 0, symbolHours: 1 });
  });
});
