import { killAtRandom } from '../harness/kills.js';
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
  return withDesk(context, {}, async (harness, desk) => {
    const start = () => startBrain(harness, SHARDS);
    const services = await killAtRandom(Array.from({ length: BRAINS }, start), start, context, LONGEST_LIFE_MS);
    const notWell = await untilWell(harness.client, desk);
    const outcome = await endDesk(harness.client, desk, { services, counted: false, fees: 'enough' });
    return { findings: [...notWell, ...outcome.findings], numbers: { kills: context.kills, ...outcome.numbers } };
  });
}
