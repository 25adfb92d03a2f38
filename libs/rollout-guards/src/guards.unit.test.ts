import { describe, expect, it } from '@jest/globals';
import { finite, uniform } from '@quantum/generators';
import fc from 'fast-check';
import { calm, NOW, row } from './calm.test-support.js';
import {
  DEFAULT_GUARD_LIMITS,
  evaluateGuards,
  GUARD_NAMES,
  NEW_E_PROCESS,
  type GuardInput,
  type GuardLimits,
  type GuardName,
  type GuardResult,
  type OutsideState,
} from './index.js';

const limits: GuardLimits = { ...DEFAULT_GUARD_LIMITS, book_drawdown: { maxBps: 100 } };
const judge = (guard: GuardName, changes: Partial<GuardInput> = {}): GuardResult =>
  evaluateGuards({ ...calm, ...changes }, limits, {}, 10).results.find((result) => result.guard === guard)!;
const brief = ({ verdict, demand, value, limit, toBase = [] }: GuardResult) => [
  verdict,
  demand,
  value === undefined ? undefined : Number(value.toFixed(6)),
  limit === undefined ? undefined : Number(limit.toFixed(6)),
  ...toBase,
];

describe('the guards', () => {
  it('are those of the contract', () => {
    expect(GUARD_NAMES).toEqual([
      'sum_ratio', 'symbol_bounds', 'slew', 'relative_drawdown', 'book_drawdown', 'harm', 'tracking', 'completeness',
      'freshness', 'integrity', 'oscillation', 'outside',
    ]); // prettier-ignore
  });

  it('pass a calm cycle', () => {
    const { results, demand, isClean, toBase, mayRenew } = evaluateGuards(calm, limits, {}, 10);
    expect(results.filter(({ verdict }) => verdict !== 'PASS')).toEqual([]);
    expect({ demand, isClean, mayRenew, toBase: [...toBase] }).toEqual({ demand: 'none', isClean: true, mayRenew: true, toBase: [] }); // prettier-ignore
    expect(results.map(({ guard }) => guard)).toEqual(GUARD_NAMES);
  });

  it('give the size and the time of their sample', () => {
    const { results } = evaluateGuards(calm, limits, {}, 10);
    expect(results.map(({ guard, n, asOfSec }) => [guard, n, NOW - asOfSec])).toEqual([
      ['sum_ratio', 3, 0],
      ['symbol_bounds', 2, 0],
      ['slew', 3, 0],
      ['relative_drawdown', 100, 60],
      ['book_drawdown', 1, 7],
      ['harm', 0, 600],
      ['tracking', 1, 0],
      ['completeness', 360, 0],
      ['freshness', 2, 0],
      ['integrity', 2, 0],
      ['oscillation', 4, 0],
      ['outside', 3, 0],
    ]);
    const none = { relative: undefined, book: undefined, harm: undefined, positions: undefined, hour: undefined, integrity: undefined, oscillation: undefined };
    const unknown = evaluateGuards({ ...calm, ...none }, limits, {}, 10).results.filter(({ verdict }) => verdict === 'UNKNOWN');
    expect(unknown.map(({ n, asOfSec }) => [n, asOfSec])).toEqual(unknown.map(() => [0, NOW]));
    expect(unknown).toHaveLength(7);
  }); // prettier-ignore

  it('cannot say of a stage that enforces nothing whether it is complete', () => {
    const { results, demand } = evaluateGuards({ ...calm, cohort: new Set() }, limits, {}, 10);
    expect(results.find(({ guard }) => guard === 'completeness')).toMatchObject({ verdict: 'UNKNOWN', demand: 'hold' });
    expect(demand).toBe('rollback'); // of symbol_bounds: two symbols would be published
  });

  it('have the defaults of the contract', () => {
    expect(DEFAULT_GUARD_LIMITS).toEqual({
      sum_ratio: { min: 0.9, max: 1, maxBoth: 1.05 },
      symbol_bounds: { min: 0.5, max: 1.5 },
      slew: { perCycle: 0.05, perDay: 3, costBpsPerDay: 20 },
      relative_drawdown: { minBps: 50, sds: 3.5 },
      book_drawdown: undefined,
      harm: {},
      tracking: { minShare: 0.9, tolerance: 0.1 },
      completeness: { minShare: 0.99 },
      freshness: { maxScoreSec: 300, maxBaseSec: 150, maxPriceSec: 150, maxShare: 0.2 },
      integrity: { maxSkewSec: 2 },
      oscillation: { maxPerSymbolHour: 6 },
      outside: {},
    });
  });
});

const symbols = (a: Parameters<typeof row>[1], b: Parameters<typeof row>[1] = {}) => [row('A', a), row('B', b)];
const open = { totalUsd: 1e9, symbolUsd: 1e9, bySymbolUsd: new Map<string, number>(), clusters: [] };
const hour = { due: 360, published: 360, symbolsDue: 720, symbolsEnforced: 720 };
const integrity = { replayed: 2, different: 0, unknownPolicies: 0, foreignWrites: 0, clockSkewSec: 0.1 };
const relative = { fallBps: 70, sdBpsPerSqrtDay: 20, periods: 100, asOfSec: NOW };
const followed = (positionUsd: number | undefined, n = 1) =>
  Array.from({ length: n }, (_, i) => ({ symbol: `P${i}`, positionUsd, effectiveUsd: 1000 }));

type Case = [GuardName, string, Partial<GuardInput>, (string | number | undefined)[]];
describe.each<Case>([
  ['sum_ratio', 'below its minimum', { symbols: symbols({ multiplier: 0.7 }, { multiplier: 0.9 }) }, ['BREACH', 'hold', 0.8, 0.9]],
  ['sum_ratio', 'at its minimum', { symbols: symbols({ multiplier: 0.9 }, { multiplier: 0.9 }) }, ['PASS', 'none', 0.9, 1]],
  ['sum_ratio', 'within the tolerance of its minimum', { symbols: symbols({ multiplier: 0.9 - 1e-10 }, { multiplier: 0.9 - 1e-10 }) }, ['PASS', 'none', 0.9, 1]],
  ['sum_ratio', 'within the tolerance', { symbols: symbols({ multiplier: 1 + 1e-10 }, { multiplier: 1 }) }, ['PASS', 'none', 1, 1]],
  ['sum_ratio', 'above its maximum', { symbols: symbols({ multiplier: 1.02 }, { multiplier: 1 }) }, ['BREACH', 'hold', 1.01, 1]],
  ['sum_ratio', 'below the maximum of both ways', { symbols: symbols({ multiplier: 1.02 }, { multiplier: 1 }), direction: 'both' }, ['PASS', 'none', 1.01, 1.05]],
  ['sum_ratio', 'above the maximum of both ways', { symbols: symbols({ multiplier: 1.2 }, { multiplier: 1 }), direction: 'both' }, ['BREACH', 'hold', 1.1, 1.05]],
  ['sum_ratio', 'without the base of a symbol, that is not published', { symbols: symbols({ baseUsd: undefined }, { multiplier: 0.8 }) }, ['BREACH', 'hold', 0.8, 0.9]],
  ['sum_ratio', 'without a base', { symbols: symbols({ baseUsd: undefined }, { baseUsd: undefined }) }, ['UNKNOWN', 'hold', undefined, 0.9]],
  ['sum_ratio', 'with bases of 0', { symbols: symbols({ baseUsd: 0 }, { baseUsd: 0 }) }, ['UNKNOWN', 'hold', undefined, 0.9]],

  ['symbol_bounds', 'below the minimum', { symbols: symbols({ multiplier: 0.49 }), caps: open }, ['BREACH', 'none', 1, 0, 'A']],
  ['symbol_bounds', 'above the maximum', { symbols: symbols({}, { multiplier: 1.51 }), caps: open }, ['BREACH', 'none', 1, 0, 'B']],
  ['symbol_bounds', 'at both bounds', { symbols: symbols({ multiplier: 0.5 }, { multiplier: 1.5 }), caps: open }, ['PASS', 'none', 0, 0]],
  ['symbol_bounds', 'at every cap', { symbols: symbols({ multiplier: 0.75 }, { multiplier: 0.75 }), caps: { totalUsd: 500, symbolUsd: 250, bySymbolUsd: new Map([['B', 250]]), clusters: [{ name: 'x', symbols: ['A', 'B'], capUsd: 500 }] } }, ['PASS', 'none', 0, 0]],
  ['symbol_bounds', 'above the cap of a symbol', { symbols: symbols({ multiplier: 0.85 }) }, ['BREACH', 'none', 1, 0, 'A']],
  ['symbol_bounds', 'above a cap of its own', { symbols: symbols({}), caps: { ...open, bySymbolUsd: new Map([['B', 49]]) } }, ['BREACH', 'none', 1, 0, 'B']],
  ['symbol_bounds', 'below a cap of its own', { symbols: symbols({ multiplier: 0.85 }), caps: { ...open, symbolUsd: 100, bySymbolUsd: new Map([['A', 151]]) } }, ['PASS', 'none', 0, 0]],
  ['symbol_bounds', 'above the cap of a cluster', { symbols: symbols({}), caps: { ...open, clusters: [{ name: 'x', symbols: ['B', 'Z'], capUsd: 49 }, { name: 'y', symbols: ['A', 'B'], capUsd: 101 }] } }, ['BREACH', 'none', 1, 0, 'B']],
  ['symbol_bounds', 'above the cap of all', { symbols: symbols({}), caps: { ...open, totalUsd: 99 } }, ['BREACH', 'none', 2, 0, 'A', 'B']],
  ['symbol_bounds', 'on the way out of its bounds', { symbols: symbols({ multiplier: 0.9, atStateBlend: 0.4 }), caps: open }, ['BREACH', 'none', 1, 0, 'A']],
  ['symbol_bounds', 'without a base', { symbols: symbols({ baseUsd: undefined }) }, ['UNKNOWN', 'none', undefined, 0, 'A']],
  ['symbol_bounds', 'without a base, beside one that is out of bounds', { symbols: symbols({ baseUsd: undefined }, { multiplier: 0.4 }), caps: open }, ['UNKNOWN', 'none', undefined, 0, 'B', 'A']],
  ['symbol_bounds', 'with a negative base', { symbols: symbols({ baseUsd: -1 }) }, ['UNKNOWN', 'none', undefined, 0, 'A']],
  ['symbol_bounds', 'with a foreign symbol', { symbols: [row('A'), row('F')] }, ['BREACH', 'rollback', 1, 0, 'F']],
  ['symbol_bounds', 'with nothing enforced', { symbols: symbols({ enforced: false, multiplier: 9 }, { enforced: false }) }, ['PASS', 'none', 0, 0]],

  ['slew', 'moving fast', { symbols: symbols({ multiplier: 0.8 }) }, ['BREACH', 'hold', 0.075, 0.05]],
  ['slew', 'moving up fast', { symbols: symbols({ before: 0.8 }) }, ['BREACH', 'hold', 0.075, 0.05]],
  ['slew', 'moving at the limit', { symbols: symbols({ before: 0.75, multiplier: 0.875 }, { baseUsd: 1500 }) }, ['PASS', 'none', 0.05, 0.05]],
  ['slew', 'turning over too much', { turnoverDay: 3.01 }, ['BREACH', 'hold', 3.01, 3]],
  ['slew', 'turning over too much with this cycle', { turnoverDay: 2.98, symbols: symbols({ multiplier: 0.9 }) }, ['BREACH', 'hold', 3.005, 3]],
  ['slew', 'at too high a cost', { turnoverDay: 2.5, costBps: 10 }, ['BREACH', 'hold', 25, 20]],
  ['slew', 'at too high a cost with this cycle', { turnoverDay: 1.99, costBps: 10, symbols: symbols({ multiplier: 0.9 }) }, ['BREACH', 'hold', 20.15, 20]],
  ['slew', 'at the cost that is allowed', { turnoverDay: 2, costBps: 10 }, ['PASS', 'none', 0, 0.05]],
  ['slew', 'moving fast, with an unknown turnover', { symbols: symbols({ multiplier: 0.8 }), turnoverDay: undefined }, ['BREACH', 'hold', 0.075, 0.05]],
  ['slew', 'with an unknown turnover', { turnoverDay: undefined }, ['UNKNOWN', 'hold', undefined, 3]],
  ['slew', 'without the base of a symbol, that is not published', { symbols: symbols({ baseUsd: undefined }, { multiplier: 0.85 }) }, ['BREACH', 'hold', 0.1, 0.05]],
  ['slew', 'without a base', { symbols: symbols({ baseUsd: undefined }, { baseUsd: undefined }) }, ['UNKNOWN', 'hold', undefined, 0.05]],

  ['relative_drawdown', 'at 3.5 sd of four days at half blend', { relative }, ['PASS', 'none', 70, 70]],
  ['relative_drawdown', 'beyond', { relative: { ...relative, fallBps: 70.1 } }, ['BREACH', 'rollback', 70.1, 70]],
  ['relative_drawdown', 'on the way down from full blend', { relative: { ...relative, fallBps: 140, blend: 1 } }, ['PASS', 'none', 140, 140]],
  ['relative_drawdown', 'on the way down from less', { relative: { ...relative, fallBps: 70.1, blend: 0.2 } }, ['BREACH', 'rollback', 70.1, 70]],
  ['relative_drawdown', 'at its minimum', { relative: { ...relative, fallBps: 25, sdBpsPerSqrtDay: 1 } }, ['PASS', 'none', 25, 25]],
  ['relative_drawdown', 'beyond its minimum', { relative: { ...relative, fallBps: 25.1, sdBpsPerSqrtDay: 1 } }, ['BREACH', 'rollback', 25.1, 25]],
  ['relative_drawdown', 'without blend', { relative: { ...relative, fallBps: 0 }, blend: 0 }, ['PASS', 'none', 0, 0]],
  ['relative_drawdown', 'without a standard deviation', { relative: { ...relative, sdBpsPerSqrtDay: undefined } }, ['UNKNOWN', 'hold', undefined, undefined]],
  ['relative_drawdown', 'without marks', { relative: undefined }, ['UNKNOWN', 'hold', undefined, undefined]],

  ['book_drawdown', 'at the limit', { book: { valueUsd: 99, highUsd: 100, asOfSec: NOW } }, ['PASS', 'none', 100, 100]],
  ['book_drawdown', 'at the limit of a book that is mostly flows', { book: { valueUsd: 9_600, highUsd: 10_000, equityUsd: 39_600, asOfSec: NOW } }, ['PASS', 'none', 100, 100]],
  ['book_drawdown', 'beyond', { book: { valueUsd: 98.9, highUsd: 100, asOfSec: NOW } }, ['BREACH', 'reduce_only', 110, 100]],
  ['book_drawdown', 'without equity', { book: undefined }, ['UNKNOWN', 'hold', undefined, 100]],
  ['book_drawdown', 'with a high below 0', { book: { valueUsd: -9, highUsd: -5, asOfSec: NOW } }, ['UNKNOWN', 'hold', undefined, 100]],
  ['book_drawdown', 'without a high', { book: { valueUsd: -1, highUsd: 0, asOfSec: NOW } }, ['UNKNOWN', 'hold', undefined, 100]],

  ['harm', 'not shown', { harm: { process: { ...NEW_E_PROCESS, greatestLogE: Math.log(9.99) }, alpha: 0.1, asOfSec: NOW } }, ['PASS', 'none', 9.99, 10]],
  ['harm', 'shown once, not now', { harm: { process: { ...NEW_E_PROCESS, greatestLogE: Math.log(10.01) }, alpha: 0.1, asOfSec: NOW } }, ['BREACH', 'rollback', 10.01, 10]],
  ['harm', 'shown, though much was clipped', { harm: { process: { ...NEW_E_PROCESS, hours: 10, clipped: 9, greatestLogE: 3 }, alpha: 0.1, asOfSec: NOW } }, ['BREACH', 'rollback', 20.085537, 10]],
  ['harm', 'without evidence', { harm: undefined }, ['UNKNOWN', 'none', undefined, undefined]],

  ['tracking', 'at its limit', { positions: [...followed(1100, 4), ...followed(900, 5), ...followed(1101)] }, ['PASS', 'none', 0.9, 0.9]],
  ['tracking', 'below', { positions: [...followed(1000, 8), ...followed(899), ...followed(1101)] }, ['BREACH', 'hold', 0.8, 0.9]],
  ['tracking', 'below, whatever the unknown is', { positions: [...followed(1000, 7), ...followed(undefined), ...followed(1), ...followed(1)] }, ['BREACH', 'hold', 0.8, 0.9]],
  ['tracking', 'at its limit, whatever the unknown is', { positions: [...followed(1000, 9), ...followed(undefined)] }, ['PASS', 'none', 1, 0.9]],
  ['tracking', 'depending on the unknown', { positions: [...followed(1000, 8), ...followed(NaN), ...followed(1)] }, ['UNKNOWN', 'hold', undefined, 0.9]],
  ['tracking', 'with flat and new symbols alone', { positions: [...followed(0), { symbol: 'N', positionUsd: 1, effectiveUsd: undefined }] }, ['PASS', 'none', 1, 0.9]],
  ['tracking', 'without positions', { positions: undefined }, ['UNKNOWN', 'hold', undefined, 0.9]],

  ['completeness', 'at its limit', { hour: { ...hour, due: 100, published: 99 } }, ['PASS', 'none', 0.99, 0.99]],
  ['completeness', 'with cycles missing', { hour: { ...hour, due: 100, published: 98 } }, ['BREACH', 'hold', 0.98, 0.99]],
  ['completeness', 'with symbols missing', { hour: { ...hour, symbolsDue: 100, symbolsEnforced: 97 } }, ['BREACH', 'hold', 0.97, 0.99]],
  ['completeness', 'before the first cycle', { hour: { due: 0, published: 0, symbolsDue: 0, symbolsEnforced: 0 } }, ['PASS', 'none', 1, 0.99]],
  ['completeness', 'without counts', { hour: undefined }, ['UNKNOWN', 'hold', undefined, 0.99]],

  ['freshness', 'at the limits', { symbols: symbols({ scoreAgeSec: 300, baseAgeSec: 150, priceAgeSec: 150 }) }, ['PASS', 'none', 0, 0.2]],
  ['freshness', 'with an old score', { symbols: symbols({ scoreAgeSec: 301 }) }, ['BREACH', 'none', 0, 0.2, 'A']],
  ['freshness', 'with an old base', { symbols: symbols({}, { baseAgeSec: 151 }) }, ['BREACH', 'none', 0, 0.2, 'B']],
  ['freshness', 'with an old price', { symbols: symbols({}, { priceAgeSec: 151 }) }, ['BREACH', 'none', 0, 0.2, 'B']],
  ['freshness', 'with times a minute ahead', { symbols: symbols({ scoreAgeSec: -60, baseAgeSec: -60, priceAgeSec: -60 }) }, ['PASS', 'none', 0, 0.2]],
  ['freshness', 'with a score from the future', { symbols: symbols({ scoreAgeSec: -61 }) }, ['BREACH', 'none', 0, 0.2, 'A']],
  ['freshness', 'with a base in milliseconds', { symbols: symbols({}, { baseAgeSec: NOW - NOW * 1000 }) }, ['BREACH', 'none', 0, 0.2, 'B']],
  ['freshness', 'with a price from the future', { symbols: symbols({}, { priceAgeSec: -61 }) }, ['BREACH', 'none', 0, 0.2, 'B']],
  ['freshness', 'with an unknown price', { symbols: symbols({}, { priceAgeSec: undefined }) }, ['UNKNOWN', 'none', 0, 0.2, 'B']],
  ['freshness', 'with an unknown price, beside an old one', { symbols: symbols({ priceAgeSec: 999 }, { priceAgeSec: undefined }) }, ['UNKNOWN', 'none', 0, 0.2, 'A', 'B']],
  ['freshness', 'with too many reasons', { symbols: symbols({ reasonOk: false }) }, ['BREACH', 'hold', 0.5, 0.2]],
  ['freshness', 'with reasons at the limit', { symbols: ['A', 'B', 'C', 'D', 'E'].map((name) => row(name, { reasonOk: name !== 'A' })) }, ['PASS', 'none', 0.2, 0.2]],
  ['freshness', 'with too many reasons and an old score', { symbols: symbols({ reasonOk: false, scoreAgeSec: 999 }) }, ['BREACH', 'hold', 0.5, 0.2, 'A']],
  ['freshness', 'with nothing enforced', { symbols: [row('A', { enforced: false, scoreAgeSec: 999, reasonOk: false })] }, ['PASS', 'none', 0, 0.2]],

  ['integrity', 'with a replay that differs', { integrity: { ...integrity, different: 2 } }, ['BREACH', 'rollback', 2, 0]],
  ['integrity', 'with an unknown policy', { integrity: { ...integrity, unknownPolicies: 1 } }, ['BREACH', 'rollback', 1, 0]],
  ['integrity', 'with a foreign writer', { integrity: { ...integrity, foreignWrites: 1, clockSkewSec: NaN } }, ['BREACH', 'rollback', 1, 0]],
  ['integrity', 'with a fault beside an unknown count', { integrity: { ...integrity, different: 2, unknownPolicies: NaN } }, ['BREACH', 'rollback', 2, 0]],
  ['integrity', 'with a clock at the limit', { integrity: { ...integrity, clockSkewSec: -2 } }, ['PASS', 'none', 0, 0]],
  ['integrity', 'with a clock that is late', { integrity: { ...integrity, clockSkewSec: -2.1 } }, ['BREACH', 'rollback', 2.1, 2]],
  ['integrity', 'with a clock that is unknown', { integrity: { ...integrity, clockSkewSec: NaN } }, ['UNKNOWN', 'hold', undefined, 2]],
  ['integrity', 'with a count that is unknown', { integrity: { ...integrity, different: NaN } }, ['UNKNOWN', 'hold', undefined, 0]],
  ['integrity', 'without a replay', { integrity: undefined }, ['UNKNOWN', 'hold', undefined, 2]],

  ['oscillation', 'at its limit', { oscillation: { changes: 12, symbolHours: 2 } }, ['PASS', 'none', 6, 6]],
  ['oscillation', 'beyond', { oscillation: { changes: 13, symbolHours: 2 } }, ['BREACH', 'hold', 6.5, 6]],
  ['oscillation', 'before the first hour', { oscillation: { changes: 0, symbolHours: 0 } }, ['PASS', 'none', 0, 6]],
  ['oscillation', 'without counts', { oscillation: undefined }, ['UNKNOWN', 'hold', undefined, 6]],
])('%s', (guard, what, changes, found) => {
  it(what, () => {
    expect(brief(judge(guard, changes))).toEqual(found);
  });
}); // prettier-ignore

describe('slew', () => {
  it.each([[86_399, 'rollback'], [86_400, 'hold']])('that begins to breach %d s after its last breach: %s', (agoSec, demand) => {
    const memories = { slew: { errors: 0, answeredSec: NOW - 10, isBreached: false, breachedSec: NOW - agoSec } };
    const { results } = evaluateGuards({ ...calm, turnoverDay: 4 }, limits, memories, 10);
    expect(results.find(({ guard }) => guard === 'slew')).toMatchObject({ verdict: 'BREACH', demand });
  });
}); // prettier-ignore

it('relative_drawdown needs no standard deviation where it counts none', () => {
  const own = { ...limits, relative_drawdown: { minBps: 50, sds: 0 } };
  const verdictAt = (fallBps: number) => {
    const relative = { fallBps, sdBpsPerSqrtDay: undefined, periods: 1, asOfSec: NOW };
    return evaluateGuards({ ...calm, relative }, own, {}, 10).results.find(
      ({ guard }) => guard === 'relative_drawdown',
    );
  };
  expect([25, 26].map((fallBps) => verdictAt(fallBps)?.verdict)).toEqual(['PASS', 'BREACH']);
});

describe('outside', () => {
  const judged = (killSwitch: OutsideState, disarmLatch: OutsideState, budgetViolation: OutsideState) => {
    const { verdict, demand, stopsRenewal = false } = judge('outside', { outside: { killSwitch, disarmLatch, budgetViolation } });
    return [verdict, demand, stopsRenewal];
  }; // prettier-ignore

  it.each<[OutsideState, OutsideState, OutsideState, string, string, boolean]>([
    ['on', 'off', 'off', 'BREACH', 'kill', false],
    ['off', 'on', 'off', 'BREACH', 'hold', false],
    ['off', 'off', 'on', 'BREACH', 'hold', false],
    ['on', 'on', 'no_answer', 'BREACH', 'kill', true],
    ['unreadable', 'off', 'off', 'UNKNOWN', 'kill', false],
    ['off', 'unreadable', 'on', 'BREACH', 'kill', false],
    ['off', 'off', 'unreadable', 'UNKNOWN', 'kill', false],
    ['no_answer', 'no_answer', 'no_answer', 'UNKNOWN', 'none', true],
    ['off', 'off', 'no_answer', 'UNKNOWN', 'none', true],
    ['off', 'off', 'invalid', 'UNKNOWN', 'hold', false],
    ['off', 'no_answer', 'invalid', 'UNKNOWN', 'hold', true],
    ['off', 'off', 'off', 'PASS', 'none', false],
  ])('with kill switch %s, latch %s, violation %s is %s: %s', (kill, latch, violation, verdict, demand, stops) => {
    expect(judged(kill, latch, violation)).toEqual([verdict, demand, stops]);
  });
});

describe('any guard', () => {
  const number = fc.oneof(finite, uniform(-2, 2), fc.constantFrom(NaN, Infinity, -Infinity));
  const optional = fc.option(number, { nil: undefined });
  const anyRow = fc.record({
    symbol: fc.constantFrom('A', 'B', 'C'),
    baseUsd: optional,
    enforced: fc.boolean(),
    multiplier: number,
    before: number,
    reasonOk: fc.boolean(),
    scoreAgeSec: optional,
    baseAgeSec: optional,
    priceAgeSec: optional,
  });
  const anyInput = fc.record({
    blend: number,
    stageDays: number,
    turnoverDay: optional,
    costBps: number,
    symbols: fc.array(anyRow, { maxLength: 4 }),
    relative: fc.record({ fallBps: number, sdBpsPerSqrtDay: optional, periods: fc.nat(), asOfSec: fc.constant(NOW) }),
    book: fc.record({ valueUsd: number, highUsd: number, asOfSec: fc.constant(NOW) }),
    positions: fc.array(fc.record({ symbol: fc.constant('A'), positionUsd: optional, effectiveUsd: optional })),
    hour: fc.record({ due: number, published: number, symbolsDue: number, symbolsEnforced: number }),
    integrity: fc.record({ replayed: fc.nat(), different: number, unknownPolicies: number, foreignWrites: number, clockSkewSec: number }),
    oscillation: fc.record({ changes: number, symbolHours: number }),
  }); // prettier-ignore

  it('gives numbers that are finite, or none, whatever it gets', () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        for (const result of evaluateGuards({ ...calm, ...given }, limits, {}, 10).results) {
          expect([result.guard, result.error]).toEqual([result.guard, undefined]);
          const numbers = [result.value, result.limit, result.n].filter((value) => value !== undefined);
          expect([result.guard, numbers.filter((value) => !Number.isFinite(value))]).toEqual([result.guard, []]);
          if (result.verdict === 'BREACH') expect(result.value).toBeDefined();
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not pass without what it judges', () => {
    const missing: Partial<Record<GuardName, Partial<GuardInput>>> = {
      sum_ratio: { symbols: symbols({ baseUsd: undefined }, { baseUsd: undefined }) },
      symbol_bounds: { symbols: symbols({ baseUsd: undefined }) },
      slew: { turnoverDay: undefined },
      relative_drawdown: { relative: undefined },
      book_drawdown: { book: undefined },
      harm: { harm: undefined },
      tracking: { positions: undefined },
      completeness: { hour: undefined },
      freshness: { symbols: symbols({ scoreAgeSec: undefined }) },
      integrity: { integrity: undefined },
      oscillation: { oscillation: undefined },
      outside: { outside: { ...calm.outside, disarmLatch: 'no_answer' } },
    };
    expect(Object.keys(missing)).toEqual(GUARD_NAMES);
    for (const name of GUARD_NAMES) {
      expect(judge(name, missing[name])).toMatchObject({ guard: name, verdict: 'UNKNOWN' });
      expect(judge(name, missing[name]).error).toBeUndefined();
    }
  });
});
