import { sumOfMetric, watchHealth } from '../harness/health.js';
import { enough } from '../governor/run.js';
import { redisFaults, type RedisFault } from '../redis-faults.js';
import type { Context, Finding, Outcome, Scenario } from '../scenario.js';
import { endDesk, startBrain, untilWell, withDesk } from './run.js';

/** Faults in which no reply is lost: Redis refuses, or takes its time. */
const ALL_ANSWERED = ['Redis out of memory', 'Redis read-only', 'Redis slow, 50 to 200 ms'];

/** One brain while Redis fails. */
export const redisScenarios = (scale: number): Scenario[] =>
  redisFaults(scale).map((fault) => ({ name: fault.name, run: (context) => run(context, fault) }));

async function run(context: Context, fault: RedisFault): Promise<Outcome> {
  return withDesk(context, { redisConfig: fault.redisConfig ?? {} }, async (harness, desk) => {
    const services = [startBrain(harness)];
    const findings: Finding[] = [...(await untilWell(harness.client, desk))];
    const errorsBefore = await sumOfMetric(services, 'p31_loop_errors_total');
    const health = watchHealth(services);
    await fault.happen(harness, context.random, () => undefined);
    findings.push(...(await untilWell(harness.client, desk)));
    if (!(await services[0]?.untilReady())) findings.push({ kind: 'not_ready_again', text: '/readyz stays 503' });
    await health.stop();
    findings.push(...health.findings());
    const errors = (await sumOfMetric(services, 'p31_loop_errors_total')) - errorsBefore;
    if (fault.stopsService) {
      findings.push(...enough(health.reasons.length, 1, 'reasons on /readyz'), ...enough(errors, 1, 'errors'));
    }
    const counted = ALL_ANSWERED.includes(fault.name);
    const outcome = await endDesk(harness.client, desk, {
      services,
      counted,
      fees: 'some',
      isLost: fault.losesData,
    });
    return {
      findings: [...findings, ...outcome.findings],
      numbers: { ...outcome.numbers, errors, 'said on /readyz': health.reasons[0] ?? 'ready throughout' },
    };
  });
}
