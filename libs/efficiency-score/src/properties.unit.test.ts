import { describe, expect, it } from '@jest/globals';
import { logUniform, uniform } from '@quantum/generators';
import fc from 'fast-check';
import {
  closePeriod,
  decodeState,
  encodeState,
  scoreSymbol,
  type ClosedPeriod,
  type CycleInputs,
  type SymbolState,
} from './index.js';
import {
  anyNumber,
  anyPeriod,
  close,
  closeAll,
  earned,
  earnings,
  FIRST,
  flat,
  gain,
  gains,
  rules,
  rulesWith,
} from './periods.test-support.js';

const RUNS = { numRuns: 300 };
const inputs = (nowSec: number): CycleInputs => ({
  nowSec,
  reservedUsd: 1000,
  performance: undefined,
  lastExecutionSec: undefined,
});
const score = (state: SymbolState | undefined, own = rules) =>
  scoreSymbol(state, inputs(((state?.period ?? FIRST) + 1) * 60), own);

/** Rules under which a few periods already move the score. */
const quick = rulesWith({ priorSrPerDay: 10, confidencePeriods: 5, halflifeSec: 3600 });

describe('without information', () => {
  it('the score is exactly 0.5: no state, missing periods, or a flat symbol', () => {
    const nothing = fc.array(fc.constantFrom('missing', 'flat', 'skipped'), { maxLength: 60 });
    fc.assert(
      fc.property(nothing, (kinds) => {
        const periods = kinds.flatMap((kind, i) => {
          if (kind === 'skipped') return [];
          return kind === 'flat' ? flat(FIRST + i) : earned(FIRST + i, undefined);
        });
        expect(score(closeAll(periods, quick), quick)).toMatchObject({ score: 0.5, scorePosterior: 0.5 });
      }),
      RUNS,
    );
  });
});

describe('a constant that is added to every return', () => {
  it('never lowers the score, with and without gaps', () => {
    const constant = fc.oneof(uniform(0, 10), logUniform(1e-6, 1000));
    fc.assert(
      fc.property(gains, constant, (given, more) => {
        const added = given.map((each) => (each === undefined ? undefined : each + more));
        const [before, after] = [given, added].map((each) => score(closeAll(earnings(each), quick), quick));
        expect(after!.score - before!.score).toBeGreaterThanOrEqual(-1e-12);
      }),
      RUNS,
    );
  });

  it('does not lower it where the autocorrelation about the mean of all returns would rise', () => {
    // About 0.5, the mean of all returns, it would rise to 0.95: the later returns of the pairs have mean 1.
    const given = [-1, 1, 1, 1];
    const scores = [0, 0.5, 1, 1.5, 2, 5, 10].map((more) => {
      const added = given.map((each) => each + more);
      return score(closeAll(earnings(added), quick), quick).score;
    });
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
  });
});

describe('gains and reserved capital that are scaled together', () => {
  it('change nothing', () => {
    fc.assert(
      fc.property(gains, fc.integer({ min: -9, max: 20 }), (given, exponent) => {
        const scaled = earnings(given).map((closed) => ({
          ...closed,
          feesUsd: closed.feesUsd * 2 ** exponent,
          reservedUsd: closed.reservedUsd === undefined ? undefined : closed.reservedUsd * 2 ** exponent,
        }));
        const [one, other] = [earnings(given), scaled].map((periods) => score(closeAll(periods, quick), quick));
        const { score: same, confidence, meanBpsPerDay, sdBpsPerDay } = one!;
        expect(other).toMatchObject({ score: same, confidence, meanBpsPerDay, sdBpsPerDay });
      }),
      RUNS,
    );
  });
});

describe('symbols in another order', () => {
  it('have the same scores', () => {
    const cycle = fc.array(gain, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(cycle, { maxLength: 20 }), fc.infiniteStream(fc.nat(23)), (cycles, order) => {
        const run = (symbolsOf: () => readonly number[]) => {
          const states = new Map<number, SymbolState>();
          cycles.forEach((amounts, i) => {
            for (const symbol of symbolsOf()) {
              states.set(symbol, close(states.get(symbol), earned(FIRST + i, amounts[symbol]), quick).state);
            }
          });
          return [0, 1, 2, 3].map((symbol) => [states.get(symbol), score(states.get(symbol), quick)]);
        };
        const shuffled = (): number[] => {
          const rest = [0, 1, 2, 3];
          return rest.map(() => 0).flatMap(() => rest.splice((order.next().value as number) % rest.length, 1));
        };
        expect(run(shuffled)).toStrictEqual(run(() => [0, 1, 2, 3]));
      }),
      { numRuns: 200 },
    );
  });
});

describe('missing and skipped periods', () => {
  it('lower confidence alone', () => {
    const pauses = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(gains, pauses, (given, isClosed) => {
        const before = closeAll(earnings(given), quick)!;
        let after = before;
        isClosed.forEach((closed, i) => {
          if (closed) after = close(after, earned(before.period + 1 + i, undefined), quick).state;
        });
        const nowSec = (before.period + 1) * 60;
        const [first, last] = [before, after].map((state) => scoreSymbol(state, inputs(nowSec), quick));
        expect(last).toEqual({
          ...first,
          coverage: expect.anything(),
          confidence: expect.anything(),
          capitalPressure: expect.anything(),
          reallocationWeight: expect.anything(),
        });
        expect(last!.confidence).toBeLessThanOrEqual(first!.confidence);
        if (first!.confidence > 0 && isClosed.includes(true)) {
          expect(last!.confidence).toBeLessThan(first!.confidence);
        }
      }),
      RUNS,
    );
  });
});

describe('the state after n periods', () => {
  const texts = (closed: ClosedPeriod): ClosedPeriod => JSON.parse(JSON.stringify(closed)) as ClosedPeriod;

  it('is that of a recomputation from n entries, to the bit, also across restarts', () => {
    fc.assert(
      fc.property(gains, fc.func(fc.boolean()), (given, restartsAfter) => {
        const periods = earnings(given);
        let restarted: SymbolState | undefined;
        for (const closed of periods) {
          restarted = close(restarted, texts(closed), quick).state;
          if (restartsAfter(closed.period)) restarted = decodeState(encodeState(restarted, quick), quick).state;
        }
        expect(restarted).toStrictEqual(closeAll(periods, quick));
      }),
      RUNS,
    );
  });
});

describe('any input', () => {
  it('gives finite scores within their ranges, and every period is closed once or not at all', () => {
    const period = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: FIRST, max: FIRST + 40 }) }, { weight: 1, arbitrary: anyNumber }); // prettier-ignore
    const model = fc.constantFrom('posterior' as const, 'p31_v1' as const);
    fc.assert(
      fc.property(fc.array(anyPeriod(period), { maxLength: 40 }), anyNumber, model, (periods, nowSec, chosen) => {
        const own = rulesWith({ model: chosen, hurdleBpsPerDay: 3 });
        let state: SymbolState | undefined;
        const closedPeriods: number[] = [];
        for (const closed of periods) {
          const closing = closePeriod(state, closed, own);
          if (!closing.closed) continue;
          state = closing.state;
          closedPeriods.push(state.period);
          const numbers = scoreSymbol(state, { ...closed, nowSec }, own);
          expect(Object.values(numbers).filter((each) => typeof each === 'number' && !Number.isFinite(each))).toEqual(
            [],
          );
          for (const share of ['score', 'scoreP31V1', 'confidence', 'coverage', 'freshness', 'scoreEwma'] as const) {
            expect(numbers[share] >= 0 && numbers[share] <= 1).toBe(true);
          }
          expect(numbers.drawdownUsd).toBeGreaterThanOrEqual(0);
        }
        expect(closedPeriods).toEqual([...new Set(closedPeriods)].sort((a, b) => a - b));
      }),
      RUNS,
    );
  });
});
