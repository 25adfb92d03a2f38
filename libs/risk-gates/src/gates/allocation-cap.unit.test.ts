import { describe, expect, it } from '@jest/globals';
import type { Position } from '@quantum/redis-schemas';
import { bindingTargetUsd, effectiveOf, positionUsd, signOf } from './allocation-cap.js';

const NOW = 1700000000;
const future = { maxFutureSec: 60, allocationTarget: 'live' } as const;
const ok = <T>(value: T) => ({ readable: true, value }) as const;

// The reserve script gets these values too. An unknown one must not reach it as NaN or as a number.
describe('the value of a position', () => {
  const held = (given: Partial<Position>) =>
    positionUsd(ok({ amount: -2, markPriceUsd: 450.5, tsSec: NOW, ...given }), NOW, future);

  it.each<[string, Partial<Position>, number | undefined]>([
    ['is signed', {}, -901],
    ['is 0 without a position, for any mark price', { amount: 0, markPriceUsd: undefined, tsSec: undefined }, 0],
    ['is unknown without an amount', { amount: undefined }, undefined],
    ['is unknown without a mark price', { markPriceUsd: undefined }, undefined],
    ['is unknown without both', { amount: undefined, markPriceUsd: undefined }, undefined],
    ['is unknown with a stale mark price', { tsSec: NOW - 300.5 }, undefined],
    ['is at most the largest double', { amount: -1e200, markPriceUsd: 1e200 }, -Number.MAX_VALUE],
  ])('%s', (_name, given, expected) => {
    expect(held(given)).toBe(expected);
  });

  it('is unknown if the position cannot be read', () => {
    expect(positionUsd({ readable: false }, NOW, future)).toBeUndefined();
  });
});

describe('a target binds', () => {
  const target = (given: object) =>
    bindingTargetUsd(ok({ enforce: true, tsSec: NOW, targetUsd: 1000, ...given }), NOW, future);

  it.each([
    ['in enforce mode, fresh', {}, 1000],
    ['up to a minute ahead', { tsSec: NOW + 60 }, 1000],
    ['for 300 s', { tsSec: NOW - 300 }, 1000],
    ['not in shadow', { enforce: false }, undefined],
    ['not further ahead', { tsSec: NOW + 60.5 }, undefined],
    ['not longer', { tsSec: NOW - 300.5 }, undefined],
    ['not without a time', { tsSec: undefined }, undefined],
  ])('%s', (_name, given, expected) => {
    expect(target(given)).toBe(expected);
  });
});

describe('an effective target', () => {
  const effective = { baseUsd: 2000, multiplier: 0.75, why: 'ok', targetUsd: 1500 };
  const allocation = { enforce: true, tsSec: NOW, targetUsd: 1000, effective };
  const taken = { maxFutureSec: 60, allocationTarget: 'effective' } as const;

  it('binds where the gate takes it, and was read', () => {
    expect(bindingTargetUsd(ok(allocation), NOW, taken)).toBe(1500);
    expect(bindingTargetUsd(ok(allocation), NOW, future)).toBe(1000);
    expect(bindingTargetUsd(ok({ enforce: true, tsSec: NOW, targetUsd: 1000 }), NOW, taken)).toBe(1000);
    expect(bindingTargetUsd(ok({ ...allocation, enforce: false }), NOW, taken)).toBeUndefined();
    expect(bindingTargetUsd(ok({ ...allocation, tsSec: NOW - 300.5 }), NOW, taken)).toBeUndefined();
    expect(bindingTargetUsd({ readable: false }, NOW, taken)).toBeUndefined();
  });

  it('is what the gate says that it took', () => {
    expect(effectiveOf(ok(allocation), taken)).toBe(effective);
    expect(effectiveOf(ok(allocation), future)).toBeUndefined();
    expect(effectiveOf({ readable: false }, taken)).toBeUndefined();
  });
});

it.each([['buy', 1], ['sell', -1], [undefined, 0]] as const)('the sign of %s is %d', (side, sign) => {
  expect(signOf(side)).toBe(sign);
}); // prettier-ignore
