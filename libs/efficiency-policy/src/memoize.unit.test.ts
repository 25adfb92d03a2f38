import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { memoize } from './memoize.js';

/** Returns an object of its own per key, and counts the calls. */
function counted() {
  const asked: string[] = [];
  return { asked, compute: (key: string) => ({ of: asked.push(key) && key }) };
}
const keys = (count: number, prefix = '') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

describe('a memoized answer', () => {
  it('is computed once, pass after pass, for as many keys as two generations hold', () => {
    const { asked, compute } = counted();
    const of = memoize(compute, 50);
    for (let pass = 0; pass < 5; pass++) for (const key of keys(100)) of(key);
    expect(asked).toEqual(keys(100));
  });

  it('is dropped with the older half beyond two generations', () => {
    const { asked, compute } = counted();
    const of = memoize(compute, 50);
    for (const key of keys(101)) of(key);
    for (const key of ['50', '100', '0']) of(key);
    expect(asked).toEqual([...keys(101), '0']);
  });

  it('is computed no more than once for each generation of other keys', () => {
    const { asked, compute } = counted();
    const of = memoize(compute, 50);
    for (const other of keys(500, 'other')) {
      of(other);
      of('known');
    }
    expect(asked.filter((key) => key === 'known').length).toBeLessThanOrEqual(10);
  });

  it('equals the answer of the function, whatever was asked before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.integer({ min: 0, max: 12 })), (generation, asked) => {
        const of = memoize(counted().compute, generation);
        for (const key of asked) expect(of(String(key))).toEqual({ of: String(key) });
      }),
    );
  });
});
