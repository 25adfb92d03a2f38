import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '../harness/harness.js';
import type { Context, Outcome, Scenario } from '../scenario.js';
import { endDesk, startBrain, untilWell, withDesk } from './run.js';

const BRAINS = 3;
/** Each holds some: a kill may meet any of them. */
const SHARDS = { BRAIN_SHARDS: '4' };
/** Longest life of a brain that is ready, ms: a cycle is 200, a period 1000, a lease 2000. */
const LONGEST_LIFE_MS = 1200;

/** Three brains that share the symbols, killed with SIGKILL at random moments and started again. */
export const brainKills: Scenario = { name: 'kill -9', run };

async function run(context: Context): Promise<Outcome> {
  const { random, kills } = context;
  return withDesk(context, {}, async (harness, desk) => {
    let left = kills;
    const keepKilling = async (): Promise<Service> => {
      for (;;) {
        const service = startBrain(harness, SHARDS);
        await service.untilReady();
        if (left <= 0) return service;
        left -= 1;
        await delay(random.between(0, LONGEST_LIFE_MS));
        await service.kill();
      }
    };
    const services = await Promise.all(Array.from({ length: BRAINS }, keepKilling));
    const notWell = await untilWell(harness.client, desk);
    const outcome = await endDesk(harness.client, desk, { services, counted: false, fees: 'enough' });
    return { findings: [...notWell, ...outcome.findings], numbers: { kills, ...outcome.numbers } };
  });
}
