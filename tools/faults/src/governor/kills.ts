import { setTimeout as delay } from 'node:timers/promises';
import { withHarness, type Service } from '../harness/harness.js';
import { stopAll } from '../harness/health.js';
import type { Context, Outcome, Scenario } from '../scenario.js';
import { endTrade, enough, startGovernor, startTrade } from './run.js';
import type { InjectedFault } from './injected-faults.js';
import { LIMITS } from './settings.js';

const REPLICAS = 3;
const PLANS_PER_SEC = 150;
/** Maximum life of a governor that decides plans, ms. */
const LONGEST_LIFE_MS = 800;

/** Three governors under load, killed with SIGKILL at random moments and restarted. */
export const killScenario = (injectedFault?: InjectedFault): Scenario => ({
  name: injectedFault ? `kill -9, sabotage ${injectedFault}` : 'kill -9',
  run: (context) => run({ ...context, injectedFault }),
});

async function run(context: Context): Promise<Outcome> {
  const { random, kills } = context;
  return withHarness(context, {}, async (harness) => {
    const trade = await startTrade(harness, context, PLANS_PER_SEC);
    let left = kills;
    const keepKilling = async (): Promise<Service> => {
      for (;;) {
        const service = startGovernor(harness);
        await service.untilReady();
        if (left <= 0) return service;
        left -= 1;
        await delay(random.between(0, LONGEST_LIFE_MS));
        await service.kill();
      }
    };
    const survivors = await Promise.all(Array.from({ length: REPLICAS }, keepKilling));
    await trade.injector?.stop();
    const outcome = await endTrade(trade, { limits: LIMITS, allConsumed: true });
    const findings = [
      ...outcome.findings,
      ...enough(Number(outcome.numbers['decisions']), 10 * kills, 'decisions'),
      ...(await stopAll(survivors)),
    ];
    return { findings, numbers: { kills, ...outcome.numbers } };
  });
}
