import { describe, expect, it } from '@jest/globals';
import { priceUsd, qty, uniform } from '@quantum/generators';
import fc from 'fast-check';
import { MISSING_REASONS } from './measure.js';
import { measureOf } from './measure.js';
import { anyPeriod, flat, rules, rulesWith } from './periods.test-support.js';
import type { Boundary, PeriodFlow } from './index.js';

const at = (positionQty: number | undefined, priceUsd: number | undefined): Boundary => ({ positionQty, priceUsd });
const flow = (changes: Partial<PeriodFlow>): PeriodFlow => ({ ...flat(1), end: at(2, 110), ...changes });
const long = at(2, 100);

describe('the gain of a period', () => {
  it.each<[string, Boundary, Partial<PeriodFlow>, number]>([
    ['of a long position, from its price', long, {}, 20],
    ['of a short position', at(-2, 100), { end: at(-2, 110) }, -20],
    ['without a position', at(0, 100), {}, 0],
    ['of a buy, from its fill', long, { fills: [{ signedQty: 3, priceUsd: 108 }] }, 20 + 6],
    ['of a sale, to its fill', long, { fills: [{ signedQty: -2, priceUsd: 104 }] }, 20 - 12],
    [
      'of fills alone',
      at(0, undefined),
      {
        fills: [
          { signedQty: 1, priceUsd: 109 },
          { signedQty: -1, priceUsd: 112 },
        ],
      },
      3,
    ],
    ['less fees', long, { feesUsd: 1.5 }, 18.5],
    ['plus a rebate', long, { feesUsd: -1.5 }, 21.5],
    ['less funding', long, { fundingUsd: 4 }, 16],
    ['of a flat symbol, also without prices', at(0, undefined), { end: at(0, undefined) }, 0],
    ['as reported, where the position is unknown', at(undefined, 100), { reportedGainUsd: 7, feesUsd: 5 }, 7],
    ['by position and prices, where both are known and a gain is reported', long, { reportedGainUsd: 7 }, 20],
  ])('%s', (_name, start, changes, gainUsd) => {
    expect(measureOf(start, flow(changes), rules)).toMatchObject({ gainUsd, excessReturn: gainUsd / 1000 });
  });

  it('is a return on reserved capital, above the hurdle', () => {
    const hurdle = rulesWith({ hurdleBpsPerDay: 1440 }); // a basis point a minute
    expect(measureOf(long, flow({ reservedUsd: 500 }), hurdle)).toMatchObject({
      excessReturn: 20 / 500 - hurdle.hurdlePerPeriod,
    });
    expect(measureOf(at(0, 1), flow({ end: at(0, 1) }), hurdle)).toMatchObject({
      gainUsd: 0,
      excessReturn: -hurdle.hurdlePerPeriod,
    });
  });
});

describe('a missing period', () => {
  const fill = { signedQty: 1, priceUsd: 100 };
  it.each<[string, Boundary | undefined, Partial<PeriodFlow>]>([
    ['no_start', undefined, {}],
    ['no_start', undefined, { reportedGainUsd: 7 }],
    ['reserved', long, { reservedUsd: undefined }],
    ['reserved', long, { reservedUsd: 0 }],
    ['reserved', long, { reservedUsd: -1000 }],
    ['reserved', long, { reservedUsd: NaN }],
    ['reserved', long, { reservedUsd: Infinity }],
    ['reserved', long, { reservedUsd: 1.1e15 }],
    ['position', at(undefined, 100), {}],
    ['position', at(NaN, 100), {}],
    ['position', at(Infinity, 100), { reportedGainUsd: NaN }],
    ['price_before', at(2, undefined), {}],
    ['price_before', at(2, 0), {}],
    ['price_before', at(2, -1), {}],
    ['price', long, { end: at(2, undefined) }],
    ['price', long, { end: at(2, NaN) }],
    ['price', at(0, 100), { end: at(1, undefined), fills: [fill] }],
    ['fills', long, { fills: [fill, { ...fill, signedQty: NaN }] }],
    ['fills', long, { fills: [fill, { ...fill, priceUsd: 0 }] }],
    ['fills', long, { feesUsd: NaN }],
    ['fills', long, { fundingUsd: -Infinity }],
    ['out_of_range', long, { reservedUsd: 1e-6 }],
    ['out_of_range', at(-1e308, 100), { end: at(0, 1e308) }],
    [
      'out_of_range',
      long,
      {
        fills: [
          { signedQty: 1e300, priceUsd: 1 },
          { signedQty: -1e300, priceUsd: 1e300 },
        ],
      },
    ],
  ])('has its reason: %s', (missing, start, changes) => {
    expect(measureOf(start, flow(changes), rules)).toEqual({ missing });
  });

  it('is not one at the bounds', () => {
    expect(measureOf(long, flow({ reservedUsd: 1e15 }), rules)).toMatchObject({ gainUsd: 20 });
    expect(measureOf(long, flow({ reservedUsd: 2 ** -15, end: at(2, 100 + 1e6 * 2 ** -16) }), rules)).toMatchObject({
      excessReturn: 1e6,
    });
  });
});

describe('for all inputs', () => {
  it('a measure is finite, or missing for a known reason', () => {
    fc.assert(
      fc.property(
        fc.option(anyPeriod(fc.constant(1)), { nil: undefined }),
        anyPeriod(fc.constant(2)),
        (before, closed) => {
          const measure = measureOf(before?.end, closed, rules);
          if (measure.missing !== undefined) return MISSING_REASONS.includes(measure.missing);
          const numbers = [measure.excessReturn, measure.gainUsd];
          return (
            numbers.every((each) => Number.isFinite(each) && !Object.is(each, -0)) &&
            Math.abs(measure.excessReturn) <= 1e6
          );
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('gains and capital that are scaled together change nothing', () => {
    const fill = fc.record({ signedQty: qty, priceUsd });
    fc.assert(
      fc.property(
        qty,
        priceUsd,
        priceUsd,
        fc.array(fill, { maxLength: 3 }),
        uniform(0, 10),
        fc.integer({ min: -20, max: 20 }),
        (position, before, after, fills, feesUsd, exponent) => {
          const factor = 2 ** exponent; // exact, so that not a bit may change
          const of = (scale: number) =>
            measureOf(
              at(position * scale, before),
              {
                ...flow({ end: at(position * scale, after), reservedUsd: 5000 * scale, feesUsd: feesUsd * scale }),
                fills: fills.map(({ signedQty, priceUsd }) => ({ signedQty: signedQty * scale, priceUsd })),
              },
              rules,
            );
          const [one, scaled] = [of(1), of(factor)];
          expect(scaled.missing).toBe(one.missing);
          if (one.missing === undefined)
            expect(scaled).toMatchObject({ excessReturn: one.excessReturn, gainUsd: one.gainUsd * factor });
        },
      ),
      { numRuns: 1000 },
    );
  });
});
