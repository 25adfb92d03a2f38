import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@quantum/testbed';
import { READY_TIMEOUT_MS, type Service } from '../harness/harness.js';
import { sumOfMetric } from '../harness/health.js';
import { enough } from '../governor/run.js';
import type { Context, Outcome, Scenario } from '../scenario.js';
import { endDesk, startBrain, untilWell, withDesk } from './run.js';

/** Longer than a lease. */
const FROZEN_MS = 3000;

/** Two brains. The one that publishes is frozen until the other publishes, and wakes with what it had in flight. */
export const twoBrains: Scenario = { name: 'two brains, one frozen', run };

async function run(context: Context): Promise<Outcome> {
  return withDesk(context, {}, async (harness, desk) => {
    const services = [startBrain(harness), startBrain(harness)];
    await Promise.all(services.map((service) => service.untilReady()));
    const findings = [...(await untilWell(harness.client, desk))];
    let frozen: Service | undefined;
    for (const service of services) if ((await shardsOf(service)) > 0) frozen = service;
    await delay(context.random.between(0, 1000));
    frozen?.pause();
    await delay(FROZEN_MS);
    frozen?.resume();
    const isStandby = await until(async () => frozen !== undefined && (await shardsOf(frozen)) === 0, READY_TIMEOUT_MS);
    findings.push(...enough(isStandby ? 1 : 0, 1, 'frozen brain that stands by'));
    findings.push(...(await untilWell(harness.client, desk)));
    const outcome = await endDesk(harness.client, desk, { services, counted: false, fees: 'enough' });
    return { findings: [...findings, ...outcome.findings], numbers: outcome.numbers };
  });
}

const shardsOf = (service: Service): Promise<number> => sumOfMetric([service], 'p31_shards_held');
