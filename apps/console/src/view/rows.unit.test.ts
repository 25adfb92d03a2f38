import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chosenRows, windowOf, WINDOW_ROWS } from './rows.js';
import { aRow } from './snapshot.test-support.js';
import { COLUMNS, FIRST_UI } from './ui.js';

const names = (rows: readonly { symbol: string }[]) => rows.map(({ symbol }) => symbol);

describe('the symbols that are shown', () => {
  const rows = [
    aRow('BBB', { score: 0.2 }),
    aRow('AAA', { score: null, reason: 'low_conf' }),
    aRow('CCC', { score: 0.9 }),
  ];

  it('are sorted by the column, what is not known last either way', () => {
    expect(names(chosenRows(rows, { ...FIRST_UI, sortBy: 'score' }))).toEqual(['BBB', 'CCC', 'AAA']);
    expect(names(chosenRows(rows, { ...FIRST_UI, sortBy: 'score', isDescending: true }))).toEqual([
      'CCC',
      'BBB',
      'AAA',
    ]);
  });

  it('are those of the reason, and with the text, in any case', () => {
    expect(names(chosenRows(rows, { ...FIRST_UI, reason: 'low_conf' }))).toEqual(['AAA']);
    expect(names(chosenRows(rows, { ...FIRST_UI, text: ' bb' }))).toEqual(['BBB']);
    expect(chosenRows(rows, { ...FIRST_UI, text: 'nothing' })).toEqual([]);
  });

  it('are the same in any order of arrival', () => {
    const some = fc.uniqueArray(fc.record({ symbol: fc.string(), score: fc.option(fc.integer()) }), { selector: ({ symbol }) => symbol }); // prettier-ignore
    fc.assert(
      fc.property(some, fc.constantFrom(...COLUMNS), fc.boolean(), (given, sortBy, isDescending) => {
        const all = given.map(({ symbol, score }) => aRow(symbol, { score }));
        const ui = { ...FIRST_UI, sortBy, isDescending };
        expect(names(chosenRows(all.toReversed(), ui))).toEqual(names(chosenRows(all, ui)));
      }),
    );
  });
});

it('draws a window, and accounts for every row', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(600), (count, firstRow) => {
      const rows = Array.from({ length: count }, (_, i) => i);
      const { shown, above, below } = windowOf(rows, firstRow);
      expect(above + shown.length + below).toBe(count);
      expect(shown).toEqual(rows.slice(above, above + WINDOW_ROWS));
      if (count > 0) expect(shown.length).toBeGreaterThan(0);
    }),
  );
});
