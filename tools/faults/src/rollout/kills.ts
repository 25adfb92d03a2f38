import { killAtRandom } from '../harness/kills.js';
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
  return withDesk(context, {}, async (desk) => {
    const first = await enforce(desk, context, 2);
    const takeovers = await holding(desk, 'renewed', async () => {
      const start = () => startRollout(desk.harness);
      desk.services.push(...(await killAtRandom(first, start, context, LONGEST_LIFE_MS)));
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
      kills: context.kills,
      leases: takeovers,
      'cycles that ended': cycles,
      'longest time without a cycle, s': gapSec.toFixed(1),
    };
  });
}

/** Longest time in which no cycle was stored. */
const longestGapSec = (samples: readonly Sample[]): number =>
  Math.max(0, ...samples.map(({ atSec, cycleSec }) => (cycleSec > 0 ? atSec - cycleSec : 0)));
