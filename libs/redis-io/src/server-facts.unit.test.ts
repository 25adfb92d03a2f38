import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { evicts, skewSecOf } from './server-facts.js';

/** A reply over a path that takes `thereMs` and `backMs`, by a clock that is `aheadMs` ahead of the server's. */
const answer = (aheadMs: number, thereMs: number, backMs: number) => ({
  sentMs: 1_700_000_000_000 + aheadMs,
  roundTripMs: thereMs + backMs,
  serverMs: 1_700_000_000_000 + thereMs,
});

describe('skewSecOf', () => {
  it('is off by at most half of the quickest round trip', () => {
    const ways = fc.array(fc.tuple(uniform(0, 400), uniform(0, 400)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.integer({ min: -1e7, max: 1e7 }), ways, (aheadMs, trips) => {
        const skewSec = skewSecOf(trips.map(([there, back]) => answer(aheadMs, there, back))) ?? NaN;
        const quickestMs = Math.min(...trips.map(([there, back]) => there + back));
        expect(Math.abs(skewSec * 1000 - aheadMs)).toBeLessThanOrEqual(quickestMs / 2 + 0.01);
      }),
    );
  });

  it('is undefined if every reply was slow or there was none', () => {
    expect(skewSecOf([])).toBeUndefined();
    expect(skewSecOf([answer(5000, 1001, 0), answer(5000, 0, 1500)])).toBeUndefined();
    expect(skewSecOf([answer(5000, 1001, 0), answer(5000, 500, 500)])).toBe(5);
  });
});

it.each([
  ['noeviction', false],
  ['unknown', false],
  ...[
    'allkeys-lru',
    'allkeys-lfu',
    'allkeys-random',
    'volatile-lru',
    'volatile-lfu',
    'volatile-random',
    'volatile-ttl',
  ].map((policy) => [policy, true] as const),
] as const)('%s evicts: %s', (policy, answer) => {
  expect(evicts(policy)).toBe(answer);
});
