import { describe, expect, it } from '@jest/globals';
import { multiplier, uniform } from '@quantum/generators';
import { initialState, ROLLOUT_STATES, type RolloutState } from '@quantum/rollout-plan';
import fc from 'fast-check';
import { HASH, NOW, planOf, POLICY } from './cycles.test-support.js';
import { encodeFolds, foldCycle, NEW_FOLDS, parseFolds, type CycleMarket, type FoldContext, type FoldedCycle, type Folds } from './index.js'; // prettier-ignore

const SYMBOLS = ['A', 'B', 'C', '__proto__'];
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 80 });
/** As a market is, and now and then what no market should be. */
const rarely = (value: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 150, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e300, -1) }); // prettier-ignore
const symbol = fc.record({
  baseUsd: optional(rarely(uniform(100, 2000))),
  multiplier: optional(rarely(multiplier)),
  positionUsd: optional(rarely(uniform(-2000, 2000))),
  priceUsd: optional(rarely(uniform(90, 110))),
  effective: rarely(multiplier),
});
const cycle = fc.record({
  afterSec: fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(300, 300, 300, 300, 300, 10) },
    { weight: 1, arbitrary: fc.constantFrom(0, -5, NaN, 61, 1000, 9000) },
  ),
  symbols: fc.oneof(
    { weight: 30, arbitrary: fc.tuple(...SYMBOLS.map((each) => fc.tuple(fc.constant(each), symbol))) },
    { weight: 1, arbitrary: fc.array(fc.tuple(fc.constantFrom(...SYMBOLS), symbol), { maxLength: 6 }) },
  ),
  cohort: fc.subarray(SYMBOLS),
  equityUsd: optional(rarely(uniform(1e5, 2e5))),
  netFlowsUsd: optional(rarely(uniform(-1e3, 1e3))),
  name: fc.oneof({ weight: 20, arbitrary: fc.constant('baking' as const) }, fc.constantFrom(...ROLLOUT_STATES)),
  stage: fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, fc.constant(1)),
  policy: fc.oneof({ weight: 200, arbitrary: fc.constant(POLICY) }, fc.constantFrom(undefined, 'another')),
  plan: fc.oneof({ weight: 200, arbitrary: fc.constant(HASH) }, fc.constantFrom('', 'ba9876543210')),
  wasPublished: fc.boolean(),
});

interface Given {
  market: CycleMarket;
  context: FoldContext;
}
const plan = planOf({ periodSec: 300, costBps: 5 }, { first: ['A', '__proto__'], all: SYMBOLS });
const rollout = fc.array(cycle, { minLength: 2, maxLength: 80, size: 'max' }).map((cycles) => {
  let nowSec = NOW;
  return cycles.map(({ afterSec, symbols, cohort, name, stage, wasPublished, plan: running, ...rest }): Given => {
    if (Number.isFinite(afterSec)) nowSec += afterSec;
    const state: RolloutState = { ...initialState(1), name, plan: running, stage, cycleSec: nowSec - 10, sinceSec: NOW, harmSec: NOW + stage * 3600 }; // prettier-ignore
    const published = new Map(cohort.map((each) => [each, 0.9]));
    return {
      market: { nowSec: Number.isNaN(afterSec) ? NaN : nowSec, symbols: new Map(symbols), cohort: new Set(cohort), ...rest },
      context: { plan, hash: HASH, state, intervalSec: 10, published, wasPublished },
    };
  }); // prettier-ignore
});

const restarted = (folds: Folds): Folds => parseFolds(encodeFolds(folds))!;

const resultOf = ({ entries, closedPeriods, input, shown, figures }: FoldedCycle): string =>
  JSON.stringify({ entries, closedPeriods, input, shown, figures });

/** Hours that counted, in a rollout that goes on from text after each cycle as one that was never stopped. */
function hoursThrough(cycles: readonly Given[]): number {
  let [through, again, hours] = [NEW_FOLDS, NEW_FOLDS, 0];
  for (const { market, context } of cycles) {
    const expected = foldCycle(through, market, context);
    const found = foldCycle(again, market, context);
    expect(resultOf(found)).toBe(resultOf(expected));
    expect(encodeFolds(found.folds)).toBe(encodeFolds(expected.folds));
    [through, again] = [expected.folds, restarted(found.folds)];
    hours += expected.entries.filter((entry) => entry.kind === 'hour' && entry.advantageBps !== undefined).length;
  }
  expect(again).toStrictEqual(through);
  return hours;
}

describe('a restart', () => {
  it('goes on to the bit, wherever it happens', () => {
    fc.assert(
      fc.property(rollout, (cycles) => void hoursThrough(cycles)),
      { numRuns: 25 },
    );
  });

  it('goes on through hours of evidence', () => {
    const hours = fc.sample(rollout, { seed: 20_261_129, numRuns: 15 }).map(hoursThrough);
    expect(hours.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(3);
  });
});
