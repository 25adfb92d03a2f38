import { expect, it } from '@jest/globals';
import { daysUntilShown } from './detection.js';
import { noisyHours } from './example.test-support.js';
import { centred } from './resample.js';

const rules = { clipBps: 16, deltaBpsPerDay: 2, alphaHarm: 0.1 };
const noise = (sdBps: number) => centred(noisyHours(480, { sdBps }).map(({ advantageBps }) => advantageBps))!;

it('takes longer the more noise there is, and the more is tolerated by chance', () => {
  const days = daysUntilShown(noise(2), 20, rules, 1)!;
  expect(daysUntilShown(noise(4), 20, rules, 1)).toBeGreaterThan(days);
  expect(daysUntilShown(noise(2), 20, { ...rules, alphaHarm: 0.01 }, 1)).toBeGreaterThan(days);
});

it('has no answer where harm is too small to be shown in half a year', () => {
  expect(daysUntilShown(noise(8), 0.1, rules, 1)).toBeUndefined();
});
