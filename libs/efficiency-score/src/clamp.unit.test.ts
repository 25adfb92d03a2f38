import { expect, it } from '@jest/globals';
import { clamp } from './clamp.js';

it.each([
  [-1, 0],
  [-0, 0],
  [0.5, 0.5],
  [1, 1],
  [2, 1],
  [NaN, 0],
])('%d within 0..1 is %d', (value, clamped) => {
  expect(clamp(value, 0, 1)).toBe(clamped);
});
