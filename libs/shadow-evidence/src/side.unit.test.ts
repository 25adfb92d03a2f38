import { expect, it } from '@jest/globals';
import { sideOf } from './side.js';

it.each([
  [1, 1], [-1, -1], [0, 0], [2, undefined], ['1', undefined], [null, undefined], [undefined, undefined],
])('the side %j of a line is %j', (side, expected) => {
  expect(sideOf({ side })).toBe(expected);
}); // prettier-ignore
