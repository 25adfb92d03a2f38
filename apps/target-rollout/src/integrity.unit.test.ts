import { expect, it } from '@jest/globals';
import { clockSkewSec } from './integrity.js';

it.each([
  ['within the time of the read', 100, 100.2, 100.4, 0],
  ['within the time of a read that took long', 100, 100.1, 103, 0],
  ['ahead of Redis', 100, 97.5, 100.1, 2.5],
  ['behind Redis', 100, 102.5, 100.5, -2],
])('a clock is %s', (_what, askedSec, redisSec, answeredSec, skewSec) => {
  expect(clockSkewSec(askedSec, redisSec, answeredSec)).toBeCloseTo(skewSec, 9);
});
