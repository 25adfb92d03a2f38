import { expect, it } from '@jest/globals';
import { figuresOf } from './figure.js';

it('a figure has its sample, and a note only where there is one', () => {
  const sample = { n: 3, of: 'things', window: { fromSec: 1, toSec: 2 } };
  const figure = figuresOf(sample);
  const plain = { id: 'a.b', label: 'a', value: 5, unit: 'USD', ...sample };
  expect(figure('a.b', 'a', 5, 'USD')).toStrictEqual(plain);
  expect(figure('a.b', 'a', 5, 'USD', '')).toStrictEqual(plain);
  expect(figure('a.b', 'a', 5, 'USD', 'of A')).toStrictEqual({ ...plain, note: 'of A' });
});
