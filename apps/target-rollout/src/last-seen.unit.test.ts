import { expect, it } from '@jest/globals';
import { LastSeen } from './last-seen.js';
import type { SymbolRead } from './read-symbols.js';

const read = (changes: Partial<SymbolRead>): SymbolRead => ({
  baseUsd: undefined, baseSec: undefined, proposed: undefined, proposedSec: undefined, reason: '', policy: '', scoreSec: undefined,
  positionUsd: undefined, priceUsd: undefined, priceSec: undefined, published: 'unreadable', ...changes,
}); // prettier-ignore

it('keeps the last time of what is missing, and forgets symbols that are gone', () => {
  const seen = new LastSeen();
  seen.see(new Map([['A', read({ scoreSec: 90, proposedSec: 100, baseSec: 101, priceSec: 102 })], ['B', read({ baseSec: 1 })]])); // prettier-ignore
  expect(seen.see(new Map([['A', read({ scoreSec: 110, priceSec: 112 })]]))).toEqual(
    new Map([['A', { scoreSec: 90, baseSec: 101, priceSec: 112 }]]),
  );
  expect(seen.see(new Map([['B', read({})]]))).toEqual(
    new Map([['B', { scoreSec: undefined, baseSec: undefined, priceSec: undefined }]]),
  );
});
