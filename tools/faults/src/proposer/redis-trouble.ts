import { until } from '@quantum/testbed';
import { withHarness } from '../harness/harness.js';
import { stopAll, sumOfMetric, watchHealth } from '../harness/health.js';
import { enough } from '../governor/run.js';
import { redisFaults, type RedisFault } from '../redis-faults.js';
import type { Context, Finding, Outcome, Scenario } from '../scenario.js';
import { writeQuotes } from './market.js';
import { openDesk, startProposer } from './run.js';

const TIMEOUT_MS = 20_000;

/** One proposer while Redis fails. */
export const redisScenarios = (scale: number): Scenario[] =>
  redisFaults(scale).map((fault) => ({ name: fault.name, run: (context) => run(context, fault) }));

async function run(context: Context, fault: RedisFault): Promise<Outcome> {
  return withHarness(context, { redisConfig: fault.redisConfig ?? {} }, async (harness) => {
    const { quotes, watcher } = await openDesk(harness, context.random);
    const services = [startProposer(harness)];
    const findings: Finding[] = [];
    const untilCycles = async (count: number): Promise<void> => {
      const before = watcher.cycles;
      const seen = await until(() => watcher.cycles >= before + count, TIMEOUT_MS);
      if (!seen) findings.push({ kind: 'no_recovery', text: `no ${count} whole cycles within ${TIMEOUT_MS} ms` });
    };
    await untilCycles(1);

    const errorsBefore = await sumOfMetric(services, 'p29_shadow_loop_errors_total');
    const health = watchHealth(services);
    await fault.happen(harness, context.random, watcher.forget);
    const wellAtMs = Date.now();
    if (fault.losesData) await until(() => writeQuotes(harness.client, quotes).then(() => true), TIMEOUT_MS);
    await untilCycles(2);
    if (!(await services[0]?.untilReady())) findings.push({ kind: 'not_ready_again', text: '/readyz stays 503' });
    await health.stop();
    await watcher.stop();
    const errors = (await sumOfMetric(services, 'p29_shadow_loop_errors_total')) - errorsBefore;
    if (fault.stopsService) {
      findings.push(
        ...enough(health.reasons.length, 1, 'reasons on /readyz'),
        ...enough(errors, 1, 'errors in the metrics'),
      );
    }
    const first = watcher.firstEntryMs(wellAtMs);
    return {
      findings: [...findings, ...watcher.findings, ...health.findings(), ...(await stopAll(services))],
      numbers: {
        proposals: watcher.proposals,
        'whole cycles': watcher.cycles,
        ...(harness.proxy.cuts > 0 && { cuts: harness.proxy.cuts }),
        ...(first !== undefined && { 'recovery ms': first - wellAtMs }),
        errors,
        'said on /readyz': health.reasons[0] ?? 'ready throughout',
      },
    };
  });
}
