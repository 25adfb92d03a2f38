import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@quantum/testbed';
import { withHarness, type Service } from '../harness/harness.js';
import { stopAll } from '../harness/health.js';
import { enough } from '../governor/run.js';
import type { Context, Outcome, Scenario } from '../scenario.js';
import { openDesk, startProposer } from './run.js';

const CYCLE_TIMEOUT_MS = 20_000;
/** Delay per chunk: a cycle then lasts long enough to be killed in its middle. */
const SLOW_MS = 15;
/** Maximum time from the first proposal of a cycle to the kill, ms: about the rest of the cycle. */
const LATEST_KILL_MS = 150;

/** A proposer and its standby. The one that publishes is killed in the middle of a cycle. */
export const proposerKills: Scenario = { name: 'kill -9 mid-cycle', run };

async function run({ random, kills, ...context }: Context): Promise<Outcome> {
  return withHarness({ random, kills, ...context }, {}, async (harness) => {
    harness.proxy.trouble = { delayMs: () => SLOW_MS };
    const { watcher } = await openDesk(harness, random);
    const services: Service[] = [startProposer(harness), startProposer(harness)];
    let stuck = 0;
    for (let i = 0; i < kills; i += 1) {
      const { proposals } = watcher;
      if (!(await until(() => watcher.proposals > proposals, CYCLE_TIMEOUT_MS, 5))) stuck += 1;
      await delay(random.between(0, LATEST_KILL_MS));
      const holder = await publisherOf(services);
      await services[holder]?.kill();
      services[holder] = startProposer(harness);
    }
    const { cycles } = watcher;
    const resumed = await until(() => watcher.cycles >= cycles + 2, CYCLE_TIMEOUT_MS);
    await watcher.stop();
    const findings = [
      ...watcher.findings,
      ...(resumed && stuck === 0 ? [] : [{ kind: 'no_recovery', text: 'no whole cycle after the kills' }]),
      ...enough(watcher.begun - watcher.cycles, Math.floor(kills / 4), 'cycles were met in their middle'),
      ...(await stopAll(services)),
    ];
    const { proposals, begun } = watcher;
    return { findings, numbers: { kills, proposals, 'cycles begun': begun, 'seen whole': watcher.cycles } };
  });
}

/** The service that holds the lease; the first if none reports it. */
async function publisherOf(services: readonly Service[]): Promise<number> {
  const held = await Promise.all(
    services.map(async (service) => /^p29_shadow_shards_held 1$/m.test(await service.metrics().catch(() => ''))),
  );
  return Math.max(0, held.indexOf(true));
}
