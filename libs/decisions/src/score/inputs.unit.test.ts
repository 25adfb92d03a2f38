import { describe, expect, it } from '@jest/globals';
import { createRules, DEFAULT_PARAMETERS } from '@quantum/efficiency-score';
import type { PositionReading, Timed } from '@quantum/redis-schemas';
import { isFreshPosition, knownInputs, type KnownInputs, type ScoreReading } from './inputs.js';

const NOW = 1_770_679_230;
const rules = createRules(DEFAULT_PARAMETERS);
const at = (value: number | undefined, agoSec = 1): Timed => ({ value, atSec: NOW - agoSec });
const NONE: Timed = { value: undefined, atSec: undefined };
const position = (amount: number | undefined, agoSec = 2): PositionReading => ({
  state: 'read',
  amount,
  markPriceUsd: 99,
  tsSec: NOW - agoSec,
});
const whole: ScoreReading = {
  symbol: 'BTCUSDT',
  position: position(2),
  ticker: at(100),
  reserved: at(1000, 5),
  attribution: at(0.5),
};
const judge = (own: Partial<ScoreReading>, alive = true): KnownInputs =>
  knownInputs({ ...whole, ...own }, NOW, alive, rules);

it('knows what is fresh, and how old the oldest of it is', () => {
  expect(judge({})).toEqual({
    end: { positionQty: 2, priceUsd: 100 },
    reservedUsd: 1000,
    performance: 0.5,
    oldestInputSec: NOW - 5,
    missing: [],
    stale: [],
  });
});

describe('a symbol without a position', () => {
  it('is flat while P3.3 is alive, and needs no price', () => {
    const known = judge({ position: { state: 'absent' }, ticker: NONE });
    expect(known).toMatchObject({ end: { positionQty: 0, priceUsd: undefined }, missing: [], stale: [] });
  });

  it.each([
    ['P3.3 is not alive', { state: 'absent' }, false],
    ['its key cannot be read', { state: 'unreadable' }, true],
  ] as const)('is unknown where %s', (_why, read, alive) => {
    expect(judge({ position: read }, alive)).toMatchObject({ end: { positionQty: undefined }, missing: ['POSITION'] });
  });
});

it.each<[string, Partial<ScoreReading>, Partial<KnownInputs>]>([
  ['a position of ten minutes', { position: position(2, 600) }, { oldestInputSec: NOW - 600, stale: [] }],
  [
    'an older position',
    { position: position(2, 601) },
    { end: { positionQty: undefined, priceUsd: 100 }, stale: ['POSITION'] },
  ],
  ['a position without an amount', { position: position(undefined) }, { missing: ['POSITION'] }],
  ['no ticker', { ticker: NONE }, { end: { positionQty: 2, priceUsd: 99 }, missing: [] }],
  [
    'a ticker of a period',
    { ticker: at(100, 60) },
    { end: { positionQty: 2, priceUsd: 100 }, oldestInputSec: NOW - 60 },
  ],
  [
    'an older ticker and an older mark',
    { ticker: at(100, 61), position: position(2, 61) },
    { end: { positionQty: 2, priceUsd: undefined }, stale: ['PRICE'] },
  ],
  [
    'no price at all',
    { ticker: NONE, position: { ...position(2), markPriceUsd: undefined } as PositionReading },
    { stale: [], missing: ['PRICE'] },
  ],
  ['a ticker in the future', { ticker: at(100, -61) }, { end: { positionQty: 2, priceUsd: 99 } }],
  ['no target', { reserved: NONE }, { reservedUsd: undefined, missing: ['P29'] }],
  [
    'a target without a time',
    { reserved: { value: 1000, atSec: undefined } },
    { reservedUsd: 1000, oldestInputSec: NOW - 2 },
  ],
  ['an old target', { reserved: at(1000, 601) }, { reservedUsd: undefined, stale: ['P29'] }],
  ['no attribution', { attribution: NONE }, { performance: undefined, missing: ['P30'] }],
  ['an old attribution', { attribution: at(0.5, 601) }, { performance: undefined, stale: ['P30'] }],
])('%s', (_what, own, expected) => {
  expect(judge(own)).toMatchObject(expected);
});

it('takes P3.3 for alive by a fresh position alone', () => {
  const fresh = (read: PositionReading) => isFreshPosition(read, NOW, rules);
  expect([position(0), position(2, 600)].map(fresh)).toEqual([true, true]);
  expect([position(2, 601), position(2, -61), { state: 'absent' } as const].map(fresh)).toEqual([false, false, false]);
});
