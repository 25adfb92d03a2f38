import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.js';
import { amidWrite } from './amid-write.js';
import { setStop } from './stops.js';

const PLANS = 60;

/** Redis hangs while a write is on its way, and executes it afterwards, when its plans are too old. */
export const pausedRedisScenarios = (isLong: boolean): Scenario[] => {
  const [pausedMs, planMaxAgeSec] = isLong ? [16_000, 8] : [4600, 3];
  return (['reserve', 'record'] as const).map((write) => ({
    name: `Redis paused before ${write}`,
    run: (context) =>
      amidWrite(
        context,
        {
          write,
          plans: PLANS,
          planMaxAgeSec,
          onSight: ({ redis }) => {
            redis.pause();
          },
        },
        async ({ harness, governor }) => {
          const stopping = setStop(harness.client, 'kill'); // it may or may not reach Redis before the write
          await delay(pausedMs);
          harness.redis.resume();
          return { governor, stop: await stopping };
        },
      ),
  }));
};
