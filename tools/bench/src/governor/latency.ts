import { GOVERNOR_GROUP, STREAMS } from '@quantum/redis-schemas';
import { mainFileOf, withHarness, type Harness, type Options } from '../harness/harness.js';
import { putGateState, symbolsOf } from '../harness/market.js';
import { bucketsOf } from '../harness/prometheus.js';
import { encode } from '../harness/resp.js';
import type { Service } from '../harness/service.js';
import { figure, type Figure } from '../measure/report.js';
import { Runs } from '../measure/runs.js';
import { bucketQuantile, quantile } from '../measure/stats.js';
import { GOVERNOR_ENV } from './backlog.js';
import { startPacer, type Pacer } from './paced.js';

/** A busy desk's pace, and a desk's usual day. Of the slow one a turn has few plans, so it lasts longer. */
const PACES = [
  { plansPerSec: 1000, seconds: 3, rounds: 11 },
  { plansPerSec: 50, seconds: 6, rounds: 7 },
];

/** Latency at a steady pace, compared with a loop that only reads, sets and acknowledges. */
export const benchLatency = async (options: Options): Promise<Figure[]> =>
  withHarness(options, async (harness) => {
    const { service, pacers } = await startPaced(harness);
    const figures: Figure[] = [];
    for (const { plansPerSec, seconds, rounds } of PACES) {
      harness.tell(`governor: ${plansPerSec} plans a second`);
      const [p50, p99] = [new Runs(), new Runs()];
      const [runSeconds, runRounds] = harness.short ? [1, 1] : [seconds, rounds];
      for (let round = 0; round <= runRounds; round += 1) {
        for (const [name, pacer] of Object.entries(pacers)) {
          const latencies = (await pacer.run(plansPerSec, runSeconds)).map(({ latencyMs }) => latencyMs);
          const [median, high] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
          harness.tell(`  round ${round} ${name}: p10 ${quantile(latencies, 0.1).toFixed(3)} p50 ${median.toFixed(3)} p99 ${high.toFixed(3)} ms`);
          if (round === 0) continue; // by which all are warm
          p50.add(name, median);
          p99.add(name, high);
        }
      }
      const [at, about] = [`at ${plansPerSec}`, `XADD to a readable permit at ${plansPerSec.toLocaleString('en')} plans/s`];
      figures.push(
        figure(`latency p50 ${at}`, `${about}, median`, 'ms', p50.byName),
        figure(`latency p99 ${at}`, `${about}, 99th percentile`, 'ms', p99.byName),
      );
    }
    const buckets = bucketsOf(await service.metrics(), 'p32_decision_duration_seconds');
    const decisionUs = 1e6 * bucketQuantile(buckets, 0.99);
    const about = 'a decision in process, 99th percentile (upper bound of its bucket)';
    return [...figures, figure('decision p99', about, 'us', { service: [decisionUs] })];
  }); // prettier-ignore

/** The service, the baseline and, where it was named, another build, each with a stream of its own. */
async function startPaced(harness: Harness): Promise<{ service: Service; pacers: Record<string, Pacer> }> {
  const start = async (db: number, mainFile: string): Promise<Service> => {
    await putGateState(await harness.raw(db), symbolsOf(500));
    const service = await harness.service('governor-plugin', db, GOVERNOR_ENV, { mainFile });
    await service.ready();
    return service;
  };
  const service = await start(0, mainFileOf(harness.appsFolder, 'governor-plugin'));
  await putGateState(await harness.raw(1), symbolsOf(500));
  await (await harness.raw(1)).send([encode('XGROUP', 'CREATE', STREAMS.plans, GOVERNOR_GROUP, 0, 'MKSTREAM')]);
  await (await harness.baseline('plans-paced', 1)).pass();
  const pacers: Record<string, Pacer> = {
    service: await startPacer(harness, 0),
    baseline: await startPacer(harness, 1),
  };
  if (harness.baselineAppsFolder !== undefined) {
    await start(2, mainFileOf(harness.baselineAppsFolder, 'governor-plugin'));
    pacers['other build'] = await startPacer(harness, 2);
  }
  return { service, pacers };
}
