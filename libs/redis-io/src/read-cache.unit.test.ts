import { describe, expect, it } from '@jest/globals';
import { ReadCache } from './read-cache.js';

const SHAPE = 'hmget a';
const reply = { ok: true, value: ['1'] } as const;

/** A cache that is on, at a clock that is moved by hand. */
function cacheAt() {
  const clock = { nowMs: 0 };
  const cache = new ReadCache(() => clock.nowMs);
  cache.start();
  const keep = (key: string, shape = SHAPE) => (cache.asking(key, shape).reply = reply);
  return { cache, clock, keep };
}

describe('a cache of reads', () => {
  it('gives what was answered to the same question, for half a second from when it was asked', () => {
    const { cache, clock, keep } = cacheAt();
    keep('k');
    clock.nowMs = 499;
    expect(cache.find('k', SHAPE)).toMatchObject({ reply, isCurrent: true });
    expect(cache.find('k', 'hmget b')).toBeUndefined();
    expect(cache.find('other', SHAPE)).toBeUndefined();
    clock.nowMs = 500;
    expect(cache.find('k', SHAPE)).toBeUndefined();
  });

  it('lets what it gave count for a second', () => {
    const { cache, clock, keep } = cacheAt();
    keep('k');
    const found = cache.find('k', SHAPE)!;
    clock.nowMs = 999;
    expect(cache.counts(found)).toBe(true);
    clock.nowMs = 1000;
    expect(cache.counts(found)).toBe(false);
  });

  it('lets nothing count that another question has taken the place of: only one is told of changes', () => {
    const { cache, keep } = cacheAt();
    keep('k');
    const found = cache.find('k', SHAPE)!;
    keep('k', 'hmget b');
    expect(cache.counts(found)).toBe(false);
    expect(cache.find('k', 'hmget b')).toBeDefined();
  });

  it('gives nothing that was asked for and not answered', () => {
    const { cache } = cacheAt();
    cache.asking('k', SHAPE);
    expect(cache.find('k', SHAPE)).toBeUndefined();
  });

  it('forgets a key that was written, also while the answer is on its way', () => {
    const { cache, keep } = cacheAt();
    const asked = cache.asking('k', SHAPE);
    keep('other');
    cache.forget('k');
    asked.reply = reply;
    expect(asked.isCurrent).toBe(false);
    expect(cache.find('k', SHAPE)).toBeUndefined();
    expect(cache.find('other', SHAPE)).toBeDefined();
  });

  it.each(['forgetAll', 'stop'] as const)('forgets everything by %s', (step) => {
    const { cache, keep } = cacheAt();
    keep('k');
    const found = cache.find('k', SHAPE);
    cache[step]();
    expect(found?.isCurrent).toBe(false);
    expect(cache.find('k', SHAPE)).toBeUndefined();
  });

  it('keeps nothing that was asked for while it is off', () => {
    const { cache, keep } = cacheAt();
    cache.stop();
    keep('k');
    cache.start();
    expect(cache.find('k', SHAPE)).toBeUndefined();
  });

  it('lets go of what is too old, so that symbols of the past take no memory', () => {
    const { cache, clock, keep } = cacheAt();
    keep('old');
    const old = cache.find('old', SHAPE);
    clock.nowMs = 600;
    keep('young');
    clock.nowMs = 1000;
    keep('k');
    expect([old?.isCurrent, cache.find('young', SHAPE)?.isCurrent]).toEqual([false, true]);
  });
});
