import { describe, expect, it } from '@jest/globals';
import { logUniform, magnitude, multiplier, uniform, usd } from '@quantum/generators';
import fc from 'fast-check';
import { budgetOf, isBudgeted, scaledMultiplier, type Budgeted } from './index.js';
import { nextAfter } from './doubles.js';
import { EFFICIENCY_REASONS } from './reasons.js';

const one = (baseTargetUsd: number, multiplier: number, min = 0.5, max = 1.5): Budgeted => ({
  reason: 'ok',
  baseTargetUsd,
  multiplier,
  minMultiplier: min,
  maxMultiplier: max,
});

/** A double >= 0 as a whole number of 2^-1074: exact. */
function exact(value: number): bigint {
  const bits = new BigInt64Array(new Float64Array([value]).buffer)[0] ?? 0n;
  const [exponent, fraction] = [bits >> 52n, bits & 0xf_ffff_ffff_ffffn];
  return exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
}
const total = (values: readonly number[]): bigint => values.map(exact).reduce((sum, value) => sum + value, 0n);
/** Adds proposals as readers do: from the text in the stream. */
const published = (proposals: readonly Budgeted[], scale: number): bigint =>
  total(proposals.map((each) => Number(String(each.baseTargetUsd * scaledMultiplier(each, scale)))));
const basesOf = (proposals: readonly Budgeted[]): bigint => total(proposals.map((each) => each.baseTargetUsd));

const baseUsd = fc.oneof(usd(100_000), logUniform(1e-6, 1e12));
const bound = fc.oneof(fc.constantFrom(0, 0.5, 0.9, 1, 1.1, 1.5), uniform(1e-3, 10));
const proposal: fc.Arbitrary<Budgeted> = fc
  .tuple(fc.constantFrom('ok' as const, 'ok' as const, ...EFFICIENCY_REASONS), baseUsd, bound, bound, fc.nat(1000))
  .map(([reason, baseTargetUsd, a, b, share]) => {
    const [minMultiplier, maxMultiplier] = [Math.min(a, b), Math.max(a, b)];
    const within = Math.min(minMultiplier + ((maxMultiplier - minMultiplier) * share) / 1000, maxMultiplier);
    return { reason, baseTargetUsd, multiplier: reason === 'ok' ? within : 1, minMultiplier, maxMultiplier };
  });
const cycle = fc.oneof(
  fc.array(proposal, { maxLength: 40 }),
  fc.array(
    fc.tuple(baseUsd, multiplier).map(([base, m]) => one(base, m)),
    { maxLength: 100 },
  ),
);
const mode = fc.constantFrom('cap' as const, 'neutral' as const);
const RUNS = { numRuns: 2000 };

describe('a budget', () => {
  it.each([
    ['off changes nothing', 'off', [one(100, 1.5)], 1, true],
    ['cap changes nothing if the sum fits', 'cap', [one(100, 1.2), one(300, 0.8)], 1, true],
    ['neutral changes nothing if the sums are equal', 'neutral', [one(100, 1.5), one(100, 0.5)], 1, true],
    ['cap scales down', 'cap', [one(100, 1.25), one(300, 1.25)], 0.8, true],
    ['neutral scales up too', 'neutral', [one(100, 0.8), one(300, 0.8)], 1.25, true],
    [
      'a multiplier at its bound leaves the remainder to the others',
      'cap',
      [one(100, 1.25, 1.25), one(300, 1.25)],
      11 / 15,
      true,
    ],
    ['minima above 1 rule it out', 'cap', [one(100, 1.4, 1.2), one(300, 1.5, 1.2)], 0.8, false],
    ['maxima below 1 rule it out', 'neutral', [one(100, 0.4, 0, 0.8), one(300, 0.8, 0, 0.8)], 2, false],
    ['nothing scales 0', 'neutral', [one(100, 0, 0, 2)], 1, false],
    ['no proposals need no budget', 'neutral', [], 1, true],
    ['sums may be too large', 'cap', [one(1e308, 1), one(1e308, 1.5)], 1, false],
  ] as const)('%s', (_name, budget, proposals, scale, met) => {
    const found = budgetOf(budget, proposals);
    expect(found.met).toBe(met);
    expect(found.scale).toBeCloseTo(scale, 14);
  });

  it('leaves every reason other than ok at exactly 1 and out of the sums', () => {
    const others = EFFICIENCY_REASONS.filter((reason) => reason !== 'ok').map((reason) => ({ ...one(1e6, 1), reason }));
    const proposals = [one(100, 1.25), ...others];
    const { scale } = budgetOf('cap', proposals);
    expect(scale).toBe(0.8);
    expect(others.map((each) => scaledMultiplier(each, scale))).toEqual(others.map(() => 1));
  });
});

describe('where bounds decide', () => {
  it('the scale is the greatest with all multipliers at their minimum, or the least with all at their maximum', () => {
    expect(budgetOf('cap', [one(100, 2.5, 1.25, 4), one(300, 2, 1.25, 4)])).toEqual({ scale: 0.5, met: false });
    expect(budgetOf('neutral', [one(100, 0.25, 0, 0.5), one(300, 0.5, 0, 0.5)])).toEqual({ scale: 2, met: false });
    expect(budgetOf('neutral', [one(100, 0.5, 0, 1), one(300, 0.75, 0, 1)])).toEqual({ scale: 2, met: true });
  });

  it('they decide for the reason ok only', () => {
    expect(EFFICIENCY_REASONS.filter((reason) => isBudgeted({ reason }))).toEqual(['ok']);
    expect(scaledMultiplier({ ...one(100, 1.25), reason: 'low_conf' }, 0.8)).toBe(1);
    expect(scaledMultiplier(one(100, 1.25), 0.8)).toBe(1);
    expect(scaledMultiplier(one(100, 1.25), 0.1)).toBe(0.5);
  });
});

describe('for all cycles', () => {
  it('cap never exceeds the bases, as exact sums of the published values', () => {
    fc.assert(
      fc.property(cycle, (proposals) => {
        const { scale, met } = budgetOf('cap', proposals);
        expect(scale >= 0 && scale <= 1).toBe(true);
        if (met) expect(published(proposals, scale) <= basesOf(proposals)).toBe(true);
      }),
      RUNS,
    );
  });

  it('the scale is the greatest possible', () => {
    fc.assert(
      fc.property(mode, cycle, (budget, proposals) => {
        const { scale, met } = budgetOf(budget, proposals);
        if (!met || scale === 1 || published(proposals, Number.MAX_VALUE) === basesOf(proposals)) return;
        expect(published(proposals, nextAfter(scale)) > basesOf(proposals)).toBe(true);
      }),
      RUNS,
    );
  });

  it('cap leaves a sum that fits unchanged, bit for bit', () => {
    fc.assert(
      fc.property(cycle, (proposals) => {
        fc.pre(published(proposals, 1) <= basesOf(proposals));
        expect(budgetOf('cap', proposals)).toEqual({ scale: 1, met: true });
        expect(proposals.map((each) => scaledMultiplier(each, 1))).toEqual(proposals.map((each) => each.multiplier));
      }),
      RUNS,
    );
  });

  it('neutral never exceeds the bases, and falls short of them by less than 2^-49', () => {
    fc.assert(
      fc.property(cycle, (proposals) => {
        const { scale, met } = budgetOf('neutral', proposals);
        if (!met) return;
        const short = basesOf(proposals) - published(proposals, scale);
        expect(short >= 0n && short <= basesOf(proposals) >> 49n).toBe(true);
      }),
      RUNS,
    );
  });

  it('bounds win: if they rule the budget out, each multiplier is at its own bound', () => {
    fc.assert(
      fc.property(mode, cycle, (budget, proposals) => {
        const { scale, met } = budgetOf(budget, proposals);
        const scaled = proposals.filter(({ reason }) => reason === 'ok');
        const multipliers = scaled.map((each) => scaledMultiplier(each, scale));
        const isWithin = (multiplier: number, i: number): boolean =>
          multiplier >= scaled[i]!.minMultiplier && multiplier <= scaled[i]!.maxMultiplier;
        expect(multipliers.filter((multiplier, i) => !isWithin(multiplier, i))).toEqual([]);
        const [least, most] = [published(scaled, 0), published(scaled, Number.MAX_VALUE)];
        expect(met).toBe(least <= basesOf(scaled) && (budget === 'cap' || most >= basesOf(scaled)));
        if (!met) expect(published(scaled, scale)).toBe(least > basesOf(scaled) ? least : most);
      }),
      RUNS,
    );
  });

  it('the order of the proposals does not matter', () => {
    const shuffled = cycle.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(mode, shuffled, (budget, [proposals, again]) => {
        expect(budgetOf(budget, again)).toEqual(budgetOf(budget, proposals));
      }),
    );
  });

  it('an exempt proposal changes no budget, and no budget changes it', () => {
    const exempt = cycle.map((all) => all.map((each) => ({ ...each, exempt: true })));
    fc.assert(
      fc.property(mode, cycle, exempt, (budget, proposals, proofs) => {
        const both = budgetOf(budget, [...proofs, ...proposals]);
        expect(both).toEqual(budgetOf(budget, proposals));
        expect(proofs.map((each) => scaledMultiplier(each, both.scale))).toEqual(proofs.map((each) => each.multiplier));
        expect(proofs.filter(isBudgeted)).toEqual([]);
      }),
      RUNS,
    );
  });

  it.each([
    ['usual bounds', 0.5, 1.5],
    ['minima above 1', 1.1, 1.5],
    ['maxima below 1', 0.4, 0.9],
  ])('takes few passes over the proposals with %s: the search begins near its end', (_name, min, max) => {
    const within = fc.tuple(baseUsd, uniform(min, max)).map(([base, m]) => one(base, m, min, max));
    fc.assert(
      fc.property(mode, within, fc.array(within, { maxLength: 100 }), (budget, first, others) => {
        let reads = 0;
        const counted = {
          ...first,
          get multiplier() {
            reads += 1;
            return first.multiplier;
          },
        };
        budgetOf(budget, [counted, ...others]);
        expect(reads).toBeLessThanOrEqual(24); // From a distant scale it takes more than 100.
      }),
      RUNS,
    );
  });

  it('for any amounts, it is total and never exceeds the bases', () => {
    const any = fc.tuple(magnitude, magnitude, magnitude, magnitude).map(([base, ...three]) => {
      const [min, multiplier, max] = three.sort((a, b) => a - b);
      return one(base, multiplier, min, max);
    });
    fc.assert(
      fc.property(mode, fc.array(any, { maxLength: 6 }), (budget, proposals) => {
        const { scale, met } = budgetOf(budget, proposals);
        expect(Number.isFinite(scale) && scale >= 0).toBe(true);
        if (met) expect(published(proposals, scale) <= basesOf(proposals)).toBe(true);
      }),
      RUNS,
    );
  });
});

it('gives numbers within the bounds, and never more than allowed, for targets of any size', () => {
  const anySize = fc.tuple(logUniform(1e-300, 1e291), multiplier).map(([base, m]) => one(base, m));
  fc.assert(
    fc.property(mode, fc.array(anySize, { minLength: 100, maxLength: 300, size: 'max' }), (kind, proposals) => {
      const { scale, met } = budgetOf(kind, proposals);
      expect(Number.isFinite(scale)).toBe(true);
      if (met) expect(published(proposals, scale) <= basesOf(proposals)).toBe(true);
    }),
    { numRuns: 30 },
  );
});
