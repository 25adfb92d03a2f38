import { expect, it } from '@jest/globals';
import { createFakeClock } from './index.js';

it('moves only on request: wall time and steady time separately', () => {
  const { wallSec, steadyMs, set, advanceSec, advanceSteadySec } = createFakeClock(1000.5);
  expect([wallSec(), wallSec(), steadyMs()]).toEqual([1000.5, 1000.5, 0]);
  advanceSec(60);
  expect([wallSec(), steadyMs()]).toEqual([1060.5, 0]);
  advanceSteadySec(2);
  expect([wallSec(), steadyMs()]).toEqual([1060.5, 2000]);
  set(10);
  expect(wallSec()).toBe(10);
});
