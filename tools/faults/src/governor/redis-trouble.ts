import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@quantum/testbed';
import { withHarness } from '../harness/harness.js';
import { stopAll, sumOfMetric, watchHealth } from '../harness/health.js';
import { redisFaults, type RedisFault } from '../redis-faults.js';
import type { Context, Finding, Outcome, Scenario } from '../scenario.js';
import { recordTimes } from './history.js';
import { endTrade, enough, startGovernor, startTrade, type Trade } from './run.js';
import { LIMITS } from './settings.js';

const REPLICAS = 2;
const PLANS_PER_SEC = 60;
/** Load before and after the fault, ms. */
const CALM_MS = 500;
const RECOVERY_TIMEOUT_MS = 15_000;
const BURST = 40;

/** Two governors under load while Redis fails. */
export const redisScenarios = (scale: number): Scenario[] =>
  redisFaults(scale).map((fault) => ({ name: fault.name, run: (context) => run(context, fault) }));

async function run(context: Context, fault: RedisFault): Promise<Outcome> {
  return withHarness(context, { redisConfig: fault.redisConfig ?? {} }, async (harness) => {
    const services = Array.from({ length: REPLICAS }, () => startGovernor(harness));
    await Promise.all(services.map((service) => service.untilReady()));
    const trade = await startTrade(harness, context, PLANS_PER_SEC);
    await delay(CALM_MS);

    const errorsBefore = await sumOfMetric(services, 'p32_errors_total');
    const health = watchHealth(services);
    // Plans that are present at the start of the fault: some in flight, some not read yet.
    await trade.feeder.burst(BURST);
    await fault.happen(harness, context.random, trade.applyLayer.forget);
    const wellAtSec = Date.now() / 1000;
    const findings: Finding[] = [...(await recovery(trade, wellAtSec))];
    const ready = await Promise.all(services.map((service) => service.untilReady()));
    await health.stop();
    if (!ready.every(Boolean)) findings.push({ kind: 'not_ready_again', text: `${fault.name}: /readyz stays 503` });
    const errors = (await sumOfMetric(services, 'p32_errors_total')) - errorsBefore;
    if (fault.stopsService) {
      findings.push(
        ...enough(health.reasons.length, 1, 'reasons on /readyz'),
        ...enough(errors, 1, 'errors in the metrics'),
      );
    }
    await delay(CALM_MS);
    const outcome = await endTrade(
      trade,
      fault.losesData ? { allConsumed: false } : { limits: LIMITS, allConsumed: false },
    );
    const times = await recordTimes(harness.client);
    const first = times.find((sec) => sec >= wellAtSec);
    return {
      findings: [...findings, ...outcome.findings, ...health.findings(), ...(await stopAll(services))],
      numbers: {
        ...outcome.numbers,
        ...(harness.proxy.cuts > 0 && { cuts: harness.proxy.cuts }),
        ...(first !== undefined && { 'recovery ms': Math.round((first - wellAtSec) * 1000) }),
        errors,
        'said on /readyz': health.reasons[0] ?? 'ready throughout',
      },
    };
  });
}

/** Waits for the first decision after the fault. */
async function recovery({ client }: Trade, wellAtSec: number): Promise<Finding[]> {
  const resumed = await until(
    async () => (await recordTimes(client)).some((sec) => sec >= wellAtSec),
    RECOVERY_TIMEOUT_MS,
    100,
  );
  return resumed ? [] : [{ kind: 'no_recovery', text: `no decision within ${RECOVERY_TIMEOUT_MS} ms` }];
}
