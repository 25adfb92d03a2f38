import { expect, it } from '@jest/globals';
import { systemClock, type Clock } from './index.js';

it('runs the example of the README', () => {
  const took = (work: () => void, { steadyMs }: Clock): number => {
    const startMs = steadyMs();
    work();
    return steadyMs() - startMs;
  };
  expect(took(() => undefined, systemClock)).toBeGreaterThanOrEqual(0);
});

it('says unix seconds with a fraction', () => {
  const beforeSec = Date.now() / 1000;
  const nowSec = systemClock.wallSec();
  expect(nowSec).toBeGreaterThanOrEqual(beforeSec);
  expect(nowSec).toBeLessThanOrEqual(Date.now() / 1000);
});
