import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '../harness/harness.js';
import { enough } from '../governor/run.js';
import type { Context, Outcome, Scenario } from '../scenario.js';
import { finishedCycles } from './check.js';
import { PILOT } from './plan.js';
import { enforce, holding, isNamed, startRollout, untilCycles, untilSeen, withDesk } from './run.js';
import type { Sample } from './sample.js';

/** Longest life of a rollout that is ready, ms: a cycle is 1000, a lease 2000. */
const LONGEST_LIFE_MS = 2500;

/** A rollout and its standby, each killed with SIGKILL at random moments and started again. */
export const rolloutKills: Scenario = { name: 'kill -9', run };

async function run(context: Context): Promise<Outcome> {
  const { random, kills } = context;
  return withDesk(context, {}, async (desk) => {
    let left = kills;
    const keepKilling = async (first: Service): Promise<void> => {
      for (let service = first; ; service = startRollout(desk.harness)) {
        await service.untilReady();
        if (left <= 0) {
          desk.services.push(service);
          return;
        }
        left -= 1;
        await delay(random.between(0, LONGEST_LIFE_MS));
        await service.kill();
      }
    };
    const first = await enforce(desk, context, 2);
    const takeovers = await holding(desk, 'renewed', async () => {
      await Promise.all(first.map(keepKilling));
      await untilCycles(desk);
      return desk.watcher.samples.reduce((count, { keys }, i) => {
        const fence = (at: number): string | undefined => desk.watcher.samples[at]?.keys[0]?.fields['fence'];
        return count + (keys.length > 0 && fence(i) !== fence(i - 1) ? 1 : 0);
      }, 0);
    }, PILOT); // prettier-ignore
    await untilSeen(desk, 'the last stage', isNamed('done'));
    desk.findings.push(...enough(takeovers, 1, 'leases that published'));
    const cycles = new Set(finishedCycles(desk.watcher.samples)).size;
    desk.findings.push(...enough(cycles, 2, 'cycles that ended'));
    const gapSec = longestGapSec(desk.watcher.samples);
    return {
      kills,
      leases: takeovers,
      'cycles that ended': cycles,
      'longest time without a cycle, s': gapSec.toFixed(1),
    };
  });
}

/** Longest time in which no cycle was stored. */
const longestGapSec = (samples: readonly Sample[]): number =>
  Math.max(0, ...samples.map(({ atSec, cycleSec }) => (cycleSec > 0 ? atSec - cycleSec : 0)));
