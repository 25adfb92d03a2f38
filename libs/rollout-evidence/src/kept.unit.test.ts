import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { baking, every, marketOf, NOW, planOf, run, symbolOf } from './cycles.test-support.js';
import { encodeFolds, foldCycle, NEW_FOLDS, parseFolds } from './index.js';

describe('folds as text', () => {
  it('are read back', () => {
    expect(parseFolds(encodeFolds(NEW_FOLDS))).toStrictEqual(NEW_FOLDS);
    expect(encodeFolds(NEW_FOLDS)).not.toContain('"book"'); // an earlier version refuses what it does not know
    const withBook = { ...NEW_FOLDS, book: { units: 1 / 3, highUsd: 5, equityUsd: 4, netFlowsUsd: undefined } };
    expect(parseFolds(encodeFolds(withBook))).toStrictEqual(withBook);
    expect(JSON.parse(encodeFolds(NEW_FOLDS))).toMatchObject({ version: 1, cycleSec: null });
  });

  const { folds } = run(every(300, NOW, NOW + 3900), (nowSec) => [marketOf(nowSec), baking(NOW - 9)]).at(-1)!;
  const text = encodeFolds(folds);
  const kept = JSON.parse(text) as Record<string, unknown>;

  it.each<[string, string]>([
    ['empty', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['cut off', text.slice(0, -1)],
    ['of another version', JSON.stringify({ ...kept, version: 2 })],
    ['with more', JSON.stringify({ ...kept, more: 1 })],
    ['with a count that is no number', text.replace('"turns":0', '"turns":null')],
    ['with a count of another name', text.replace('"turns":0', '"turn":0')],
    ['with a direction that is none', text.replace('["A",1,1000,1,0]', '["A",1,1000,1,2]')],
    ['with a base that is negative', text.replace('["A",1,1000,1,0]', '["A",1,-1000,1,0]')],
    ['with a side that is none', text.replace('["A",1000,0.9,0.9,1,', '["A",1000,0.9,0.9,0,')],
    ['with half a test', text.replace('"hours":1,"clipped":0', '"hours":1')],
  ])('are none if they are %s', (_what, given) => {
    expect(given).not.toBe(text);
    expect(parseFolds(given)).toBeUndefined();
  });

  it.each([{ bookHighUsd: 5 }, { bookHighUsd: 5, bookIsNet: true }, { bookHighUsd: 5, bookIsNet: null }])(
    'are read as an earlier version wrote them, without the high of the book that flows distorted: %j',
    (book) => {
      expect(parseFolds(JSON.stringify({ ...kept, ...book }))).toStrictEqual(folds);
    },
  );

  it.each(Object.keys(kept))('are none without %s', (name) => {
    expect(parseFolds(JSON.stringify({ ...kept, [name]: undefined }))).toBeUndefined();
  });

  it('hold no number that JSON has not, whatever the multipliers are', () => {
    const of = (nowSec: number) => new Map(['A', 'B', 'C'].map((name) => [name, symbolOf({ multiplier: 1e200, effective: 1e200, baseUsd: 1e6, priceUsd: 100 + (nowSec % 7) })])); // prettier-ignore
    const last = run(every(300, NOW, NOW + 3 * 3600), (nowSec) => [marketOf(nowSec, { symbols: of(nowSec), equityUsd: 1e308, netFlowsUsd: -1e308 }), baking(NOW)]).at(-1)!; // prettier-ignore
    expect(last.figures.hours).toBe(2);
    expect(parseFolds(encodeFolds(last.folds))).toStrictEqual(last.folds);
  });

  it('are none, and no exception, for any other text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (given) => { expect(parseFolds(given)).toBeUndefined(); })); // prettier-ignore
  });
});

describe('the size of folds', () => {
  const names = Array.from({ length: 1000 }, (_value, i) => `SYMBOL${i}USDT`);
  const [pilot, all] = [names.slice(0, 500), names.slice(500)];
  const plan = planOf({ periodSec: 300 }, { pilot: names, all: [...pilot, ...all] });
  const awkward = 1 / 3;
  const market = (nowSec: number) =>
    marketOf(nowSec, {
      symbols: new Map(names.map((name, i) => [name, symbolOf({ baseUsd: 1000 + awkward + i, priceUsd: 100 + awkward * nowSec, multiplier: 0.9 + awkward / 100, effective: 0.9 + awkward * Math.sin(nowSec + i) / 10 })])),
      cohort: new Set(names),
    }); // prettier-ignore

  it('is bounded by the number of symbols, not of cycles', () => {
    const published = new Map(names.map((name) => [name, 0.9]));
    let folds = NEW_FOLDS;
    const sizes = [1, 2].map((hours) => {
      for (const nowSec of every(300, NOW + (hours - 1) * 3600, NOW + hours * 3600)) {
        ({ folds } = foldCycle(folds, market(nowSec), baking(NOW - 9, {}, { plan, published })));
      }
      return encodeFolds(folds).length;
    });
    expect(sizes[1]).toBeLessThan(sizes[0]! * 1.1);
    expect(sizes[1]! / names.length).toBeLessThan(450);
  });
});
