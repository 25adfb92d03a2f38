import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hash53, Seen } from './seen.js';

describe('what was seen', () => {
  it('is every id that was given, and no other', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 })), fc.string({ maxLength: 3 }), (ids, other) => {
        const [seen, exact] = [new Seen(), new Set<string>()];
        for (const id of ids) {
          expect(seen.isNew(id)).toBe(!exact.has(id));
          exact.add(id);
        }
        expect([seen.size, seen.has(other)]).toEqual([exact.size, exact.has(other)]);
      }),
    );
  });

  it('tells ids apart that differ in one digit', () => {
    const seen = new Seen();
    for (let i = 0; i < 200_000; i += 1) seen.isNew(`plan-00000000-0000-${i}`);
    expect(seen.size).toBe(200_000);
  });

  it('is new again with another mark, of 32 bits', () => {
    const seen = new Seen();
    const news = [1, 1, 2, 2, 2 ** 32 + 2, -1, 2 ** 32 - 1].map((mark) => seen.isNew('p', 0, mark));
    expect(news).toEqual([true, false, true, false, false, true, false]);
  });

  it('keeps its mark as the table grows', () => {
    const seen = new Seen();
    const ids = Array.from({ length: 5000 }, (_, i) => `plan-${i}`);
    for (const [mark, id] of ids.entries()) expect(seen.isNew(id, 0, mark)).toBe(true);
    for (const [mark, id] of ids.entries()) expect(seen.isNew(id, 0, mark)).toBe(false);
    expect(seen.isNew('plan-7', 0, 8)).toBe(true);
    expect(seen.size).toBe(5001);
  });

  it('is forgotten with its period, the fourth after it', () => {
    const seen = new Seen();
    const news = [0, 1, 2, 3, 4].map((period) => seen.isNew('p', 1000 + (25 * 3600 * period) / 3));
    expect(news).toEqual([true, false, false, false, true]);
    expect(new Seen().isNew('p', 1e9)).toBe(true);
  });

  it('is neither forgotten nor kept for ever by what has no time', () => {
    const seen = new Seen();
    expect(seen.isNew('p', NaN)).toBe(true);
    for (let hour = 0; hour < 5; hour += 1) seen.isNew('other', hour);
    for (let i = 0; i < 5; i += 1) expect(seen.isNew('p', NaN)).toBe(false);
    for (const period of [1, 2, 3]) seen.isNew('other', 30_001 * period);
    expect(seen.has('p')).toBe(true);
    seen.isNew('other', 30_001 * 4);
    expect(seen.has('p')).toBe(false);
  });

  it('is forgotten in time also after one time far in the future', () => {
    const seen = new Seen();
    for (const sec of [1000, 1e13]) seen.isNew('p', sec);
    for (const hour of [0, 9, 18, 27]) seen.isNew('other', 1000 + 3600 * hour);
    expect(seen.has('p')).toBe(false);
  });

  it('is kept for 25 hours at least, and for not much longer', () => {
    const seen = new Seen();
    const at = (hour: number, id: string): boolean => seen.isNew(id, 1_700_000_000 + 3600 * hour);
    const first = [0, 8, 9, 17, 18, 24, 25].map((hour) => at(hour, 'first'));
    expect(first).toEqual([true, false, false, false, false, false, false]);
    for (let hour = 26; hour < 34; hour += 1) at(hour, 'other');
    expect([seen.has('first'), at(34, 'last'), at(36, 'first')]).toEqual([true, true, true]);
    expect(seen.isNew('first', NaN)).toBe(false);
    expect(seen.size).toBe(4);
  });
});

describe('the hash of a text', () => {
  it.each([
    ['a', 7929297801672961],
    ['b', 8684336938537663],
    ['revenge', 4051478007546757],
    ['revenue', 8309097637345594],
  ])('is that of cyrb53: %s', (text, hash) => {
    expect(hash53(text)).toBe(hash);
  });
});
