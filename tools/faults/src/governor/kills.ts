import { STREAMS } from '@quantum/redis-schemas';
import { withCluster, type ClusterHarness } from '../harness/cluster.js';
import { withHarness } from '../harness/harness.js';
import { stopAll } from '../harness/health.js';
import { killAtRandom } from '../harness/kills.js';
import type { Context, Outcome, Scenario } from '../scenario.js';
import { endTrade, enough, startGovernor, startTrade } from './run.js';
import type { InjectedFault } from './injected-faults.js';
import { LIMITS } from './settings.js';

const REPLICAS = 3;
const PLANS_PER_SEC = 150;
/** A Cluster costs more per plan, and what waits must be decided within the limit of the check. */
const PLANS_PER_SEC_ON_CLUSTER = 60;
/** Maximum life of a governor that decides plans, ms. */
const LONGEST_LIFE_MS = 800;

const ONE_STREAM = [STREAMS.plans];
const streamsOf = (...tags: number[]): string[] => tags.map((tag) => `${STREAMS.plans}:{${tag}}`);
const THREE_STREAMS = streamsOf(0, 1, 2);
/** Of three masters, each has the slot of one. */
const STREAM_PER_MASTER = streamsOf(0, 1, 3);

/** Three governors under load, killed with SIGKILL at random moments and restarted. */
export const killScenario = (injectedFault?: InjectedFault): Scenario => ({
  name: injectedFault ? `kill -9, injected fault ${injectedFault}` : 'kill -9',
  run: (context) => run({ ...context, injectedFault }, ONE_STREAM),
});

/** The same, with plans on three streams; some come on two. A third of the kills: what differs shows in seconds. */
export const killOfStreamsScenario: Scenario = {
  name: 'kill -9, three streams of plans',
  run: (context) => run({ ...context, kills: Math.ceil(context.kills / 3) }, THREE_STREAMS),
};

/** The same on a Cluster of three masters, each with one of the streams. Half as many kills: it takes twice as long. */
export const killOnClusterScenario: Scenario = {
  name: 'kill -9, three streams on three masters',
  run: (context) => {
    const fewer = { ...context, kills: Math.ceil(context.kills / 6) };
    return withCluster(context, (harness) => play(harness, fewer, STREAM_PER_MASTER, PLANS_PER_SEC_ON_CLUSTER));
  },
};

const run = (context: Context, streams: readonly string[]): Promise<Outcome> =>
  withHarness(context, {}, (harness) => play(harness, context, streams, PLANS_PER_SEC));

async function play(
  harness: ClusterHarness,
  context: Context,
  streams: readonly string[],
  plansPerSec: number,
): Promise<Outcome> {
  const { kills } = context;
  const trade = await startTrade(harness, context, plansPerSec, streams);
  const start = () => startGovernor(harness, { STREAM_PLANS: streams.join(',') });
  const survivors = await killAtRandom(Array.from({ length: REPLICAS }, start), start, context, LONGEST_LIFE_MS);
  await trade.injector?.stop();
  const outcome = await endTrade(trade, { limits: LIMITS, allConsumed: true });
  const findings = [
    ...outcome.findings,
    ...enough(Number(outcome.numbers['decisions']), 10 * kills, 'decisions'),
    ...(await stopAll(survivors)),
  ];
  return { findings, numbers: { kills, ...outcome.numbers } };
}
