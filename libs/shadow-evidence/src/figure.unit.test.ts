import { expect, it } from '@jest/globals';
import { figuresOf, labelAndUnit } from './figure.js';
import type { FigureId } from './figures.js';

it('a figure has its sample, and a note only where there is one', () => {
  const sample = { n: 3, of: 'things', window: { fromSec: 1, toSec: 2 } };
  const figure = figuresOf(sample);
  const plain = { id: 'pnl.base_usd', ...labelAndUnit('pnl.base_usd'), value: 5, ...sample };
  expect(figure('pnl.base_usd', 5)).toStrictEqual(plain);
  expect(figure('pnl.base_usd', 5, '')).toStrictEqual(plain);
  expect(figure('pnl.base_usd', 5, 'of A')).toStrictEqual({ ...plain, note: 'of A' });
});

it('no figure has an id without a definition', () => {
  expect(() => labelAndUnit('pnl.later' as FigureId)).toThrow('no figure has the id pnl.later');
});
