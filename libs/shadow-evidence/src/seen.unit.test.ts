import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Seen } from './seen.js';

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
});
