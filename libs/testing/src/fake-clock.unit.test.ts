import { expect, it } from '@jest/globals';
import { createFakeClock } from './index.js';

it('stands still, moves when told, and speaks seconds and milliseconds', () => {
  const { nowSec, nowMs, set, advanceSec } = createFakeClock(1000.5);
  expect([nowSec(), nowSec(), nowMs()]).toEqual([1000.5, 1000.5, 1_000_500]);
  advanceSec(60);
  expect(nowSec()).toBe(1060.5);
  set(10);
  expect(nowMs()).toBe(10_000);
});
