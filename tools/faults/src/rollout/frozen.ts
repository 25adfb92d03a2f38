import { sumOfMetric } from '../harness/health.js';
import { READY_TIMEOUT_MS } from '../harness/harness.js';
import { enough } from '../governor/run.js';
import { until, waitFor } from '@quantum/testbed';
import type { Scenario } from '../scenario.js';
import { PILOT } from './plan.js';
import { enforce, holding, isNamed, untilCycles, untilSeen, withDesk } from './run.js';

/** Two rollouts. The one that publishes is frozen until the other publishes, and wakes with what it had in flight. */
export const frozenScenario: Scenario = {
  name: 'rollout frozen, wakes',
  run: (context) =>
    withDesk(context, {}, async (desk) => {
      const services = await enforce(desk, context, 2);
      const frozen = await waitFor(async () => {
        const leads = await Promise.all(services.map((service) => sumOfMetric([service], 'rollout_leads')));
        return services[leads.indexOf(1)];
      }, { what: 'a rollout that leads' }); // prettier-ignore
      const fence = (await desk.watcher.last()).keys[0]?.fields['fence'];
      frozen.pause();
      await holding(desk, 'kept', async () => {
        await untilSeen(desk, 'another lease', ({ keys }) => keys.length > 0 && keys.every(({ fields }) => fields['fence'] !== fence)); // prettier-ignore
        frozen.resume();
        const standsBy = async (): Promise<boolean> =>
          (await sumOfMetric([frozen], 'rollout_leads')) === 0;
        desk.findings.push(...enough((await until(standsBy, READY_TIMEOUT_MS)) ? 1 : 0, 1, 'frozen rollout that stands by'));
        await untilCycles(desk);
      }, PILOT); // prettier-ignore
      await untilSeen(desk, 'the last stage', isNamed('done'));
      return {};
    }),
};
