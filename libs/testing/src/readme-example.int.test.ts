import { expect, it } from '@jest/globals';
import { addPlan, createFakeClock, putEfficiency, useRedis, waitForEntry } from './index.js';

const { redis } = useRedis();

it('runs the example of the README', async () => {
  const clock = createFakeClock(1_700_000_000);
  await putEfficiency(redis(), 'BTCUSDT', { now: clock.wallSec(), score: 0.2, confidence: undefined });
  clock.advanceSec(30);
  await addPlan(redis(), { planId: 'p1', symbol: 'BTCUSDT', now: clock.wallSec() });

  const plan = await waitForEntry(redis(), 'quantum:stream:apply.plan');
  expect(plan.id).toBe('1700000030000-0');
});
