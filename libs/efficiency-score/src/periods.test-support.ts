import { finite, logUniform, priceUsd, qty, uniform } from '@quantum/generators';
import fc from 'fast-check';
import {
  closePeriod,
  createRules,
  DEFAULT_PARAMETERS,
  type BrainParameters,
  type ClosedPeriod,
  type Closing,
  type ScoreRules,
  type SymbolState,
} from './index.js';

export const rules = createRules(DEFAULT_PARAMETERS);
export const rulesWith = (changes: Partial<BrainParameters>): ScoreRules =>
  createRules({ ...DEFAULT_PARAMETERS, ...changes });

/** A period near 2025-11-17 on the grid of 60 s. */
export const FIRST = 29_389_780;

/** A closed period of a flat symbol whose inputs are all known and as old as its start. */
export const flat = (period: number, changes: Partial<ClosedPeriod> = {}): ClosedPeriod => ({
  period,
  end: { positionQty: 0, priceUsd: 100 },
  reservedUsd: 1000,
  fills: [],
  feesUsd: 0,
  fundingUsd: 0,
  reportedGainUsd: undefined,
  oldestInputSec: period * 60,
  performance: undefined,
  lastExecutionSec: undefined,
  ...changes,
});

/**
 * A closed period in which the symbol earned this amount on 1,000 USD; undefined: unknown, as there is no base target.
 */
export const earned = (period: number, gainUsd: number | undefined): ClosedPeriod =>
  gainUsd === undefined ? flat(period, { reservedUsd: undefined }) : flat(period, { feesUsd: -gainUsd });

/** Closes a period that can be closed. */
export function close(
  state: SymbolState | undefined,
  closed: ClosedPeriod,
  given = rules,
): Extract<Closing, { closed: true }> {
  const closing = closePeriod(state, closed, given);
  if (!closing.closed) throw new Error(`period ${closed.period} was not closed`);
  return closing;
}

/** Closes periods in order. */
export const closeAll = (
  periods: readonly ClosedPeriod[],
  given = rules,
  state?: SymbolState,
): SymbolState | undefined =>
  periods.reduce<SymbolState | undefined>((last, closed) => close(last, closed, given).state, state);

/** Periods in a row that earned these amounts, after a first one that has no start. */
export const earnings = (gainsUsd: readonly (number | undefined)[], first = FIRST): ClosedPeriod[] =>
  [0, ...gainsUsd].map((gainUsd, i) => earned(first + i, gainUsd));

/** Gains of a period, USD on 1,000 USD: of any sign, and unknown once in ten. */
export const gain: fc.Arbitrary<number | undefined> = fc.oneof(
  { weight: 6, arbitrary: uniform(-5, 5) },
  { weight: 2, arbitrary: fc.tuple(logUniform(1e-6, 1e3), fc.boolean()).map(([size, up]) => (up ? size : -size)) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
export const gains = fc.array(gain, { maxLength: 60 });

/** Any number at all: usual ones, every double, NaN and the infinities. */
export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: uniform(-1000, 1000) },
  { weight: 1, arbitrary: priceUsd },
  { weight: 2, arbitrary: finite },
  {
    weight: 2,
    arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE),
  },
);
const maybe = (numbers: fc.Arbitrary<number>): fc.Arbitrary<number | undefined> =>
  fc.option(numbers, { nil: undefined });

/** Garbage in place of any input of a closed period, among usual values. */
export const anyPeriod = (period: fc.Arbitrary<number>): fc.Arbitrary<ClosedPeriod> => {
  const some = (usual: fc.Arbitrary<number>) =>
    fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: anyNumber });
  return fc.record({
    period,
    end: fc.record({ positionQty: maybe(some(fc.oneof(qty, fc.constant(0)))), priceUsd: maybe(some(priceUsd)) }),
    reservedUsd: maybe(some(logUniform(1, 1e6))),
    fills: fc.array(fc.record({ signedQty: some(qty), priceUsd: some(priceUsd) }), { maxLength: 3 }),
    feesUsd: some(uniform(0, 10)),
    fundingUsd: some(uniform(-1, 1)),
    reportedGainUsd: maybe(some(uniform(-10, 10))),
    oldestInputSec: some(uniform(1_763_386_000, 1_763_387_000)),
    performance: maybe(some(uniform(-1, 1))),
    lastExecutionSec: maybe(some(uniform(1_763_386_000, 1_763_387_000))),
  });
};
