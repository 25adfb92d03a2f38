import { expect, it } from '@jest/globals';
import { leaseMsOf } from './lease-time.js';

it('lasts three intervals within bounds, in whole ms whatever the interval', () => {
  const intervalsMs = [100, 1000, 10_000, 60_000, 4.06 * 1000, 2.0005 * 1000];
  expect(intervalsMs.map(leaseMsOf)).toEqual([2000, 3000, 30_000, 30_000, 12_180, 6002]);
});
