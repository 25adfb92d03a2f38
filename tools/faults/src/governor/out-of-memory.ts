import { setTimeout as delay } from 'node:timers/promises';
import { withHarness } from '../harness/harness.js';
import { stopAll } from '../harness/health.js';
import type { Context, Outcome, Scenario } from '../scenario.js';
import { openWork } from './history.js';
import { endTrade, enough, startGovernor, startTrade } from './run.js';
import { LIMITS } from './settings.js';

const REPLICAS = 2;
const BURST = 150;
/** The least that a governor does not warn of: with less, replicas on a busy machine claim entries that are in work. */
const CLAIM_IDLE_SEC = 1;
/** In the short form entries are delivered about twice as often as this. */
const MAX_DELIVERIES = 3;
const SHORT_MS = 6000;
const LONG_MS = 60_000;
/** Longer than the fault, so that exits are still permitted after it. */
const PLAN_MAX_AGE_SEC = 120;

/** Redis refuses writes longer than an entry's deliveries last. No plan may become a dead letter by that. */
export const outOfMemoryScenario = (isLong: boolean): Scenario => ({
  name: 'Redis out of memory for long',
  run: (context) => run(context, isLong ? LONG_MS : SHORT_MS),
});

async function run(context: Context, lastsMs: number): Promise<Outcome> {
  return withHarness(context, { redisConfig: { 'maxmemory-policy': 'noeviction' } }, async (harness) => {
    const env = {
      GOV_CLAIM_IDLE_SEC: String(CLAIM_IDLE_SEC),
      GOV_MAX_DELIVERIES: String(MAX_DELIVERIES),
      GOV_PLAN_MAX_AGE_SEC: String(PLAN_MAX_AGE_SEC),
    };
    const services = Array.from({ length: REPLICAS }, () => startGovernor(harness, env));
    await Promise.all(services.map((service) => service.untilReady()));
    const trade = await startTrade(harness, context, 0);

    await trade.feeder.burst(BURST, ['config', 'set', 'maxmemory', '1mb']);
    await delay(lastsMs);
    const { pending } = await openWork(harness.client);
    await harness.client.config('SET', 'maxmemory', '0');
    const outcome = await endTrade(trade, {
      limits: LIMITS,
      planMaxAgeSec: PLAN_MAX_AGE_SEC,
      allConsumed: true,
      allAnswered: true,
    });
    return {
      findings: [
        ...enough(pending, BURST / 2, 'plans that waited for memory'),
        ...outcome.findings,
        ...(await stopAll(services)),
      ],
      numbers: { 'without memory s': lastsMs / 1000, ...outcome.numbers },
    };
  });
}
