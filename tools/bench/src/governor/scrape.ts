import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mainFileOf, withHarness, type Harness, type Options } from '../harness/harness.js';
import { putGateState, symbolsOf } from '../harness/market.js';
import { bundleLeastService } from '../harness/least-service.js';
import type { Service } from '../harness/service.js';
import { figure, type Figure } from '../measure/report.js';
import { Runs } from '../measure/runs.js';
import { quantile } from '../measure/stats.js';
import { GOVERNOR_ENV } from './backlog.js';
import { startPacer, type Pacer, type Permitted } from './paced.js';

const PLANS_PER_SEC = 1000;
/** Pause between two scrapes, ms: far more of them than Prometheus makes, so that many plans meet one. */
const PAUSE_MS = 100;

interface Contestant {
  name: string;
  /** What is scraped. */
  scraped: Service;
  /** Of the governor that serves the plans. */
  pacer: Pacer;
}

const LEAST = 'least service';

/**
 * What a scrape of /metrics with the series of 500 symbols takes, and what it costs the plans that are served beside
 * it. The bench reads the answers in the process that takes the times: the same text is scraped from the least service
 * too, and what plans wait longer for that is taken off.
 */
export const benchScrape = async (options: Options): Promise<Figure[]> =>
  withHarness(options, async (harness) => {
    harness.tell(`scrapes: ${PLANS_PER_SEC} plans a second, series of 500 symbols`);
    const [seconds, rounds] = harness.short ? [1, 1] : [5, 9];
    const own = await start(harness, 0, 'service', harness.appsFolder);
    const contestants = [own];
    if (harness.baselineAppsFolder !== undefined) {
      contestants.push(await start(harness, 1, 'other build', harness.baselineAppsFolder));
    }
    for (const { pacer } of contestants) await pacer.run(PLANS_PER_SEC, 1); // each symbol has a series
    contestants.unshift({ name: LEAST, scraped: await leastService(harness, own.scraped), pacer: own.pacer });
    const [taken, delays, median, high, bytes] = [new Runs(), new Runs(), new Runs(), new Runs(), new Runs()];
    for (let round = 1; round <= rounds; round += 1) {
      let least: [number, number] = [NaN, NaN];
      for (const { name, scraped, pacer } of contestants) {
        const quiet = (await pacer.run(PLANS_PER_SEC, seconds)).map(({ latencyMs }) => latencyMs);
        const { scrapes, met, size } = await scrapedRun(scraped, pacer, seconds);
        const later = (share: number): number => quantile(met, share) - quantile(quiet, share);
        const longer: [number, number] = [later(0.5), later(0.99)];
        taken.add(name, quantile(scrapes, 0.99));
        delays.add(name, longer[0]);
        bytes.add(name, size / 1000);
        if (name === LEAST) least = longer;
        else {
          median.add(name, longer[0] - least[0]);
          high.add(name, longer[1] - least[1]);
        }
        harness.tell(
          `  round ${round}/${rounds} ${name}: scrape p50 ${quantile(scrapes, 0.5).toFixed(2)} p99 ${quantile(scrapes, 0.99).toFixed(2)} ms, ` +
            `delay p50 ${longer[0].toFixed(3)} p99 ${longer[1].toFixed(3)} ms`,
        );
      }
    }
    return [
      figure('scrape p99', 'a scrape of /metrics beside 1,000 plans/s, 99th percentile', 'ms', taken.byName),
      figure('scrape delay', 'what a plan that meets a scrape waits longer than one that meets none, median', 'ms', delays.byName),
      figure('scrape delay p50', 'the same, beyond one that meets a scrape of the least service, median', 'ms', median.byName),
      figure('scrape delay p99', 'the same of 99th percentiles', 'ms', high.byName),
      figure('scrape size', 'size of /metrics', 'kB', bytes.byName),
    ];
  }); // prettier-ignore

/** A bare server that answers with the same text. */
async function leastService(harness: Harness, scraped: Service): Promise<Service> {
  const file = join(harness.outFolder, 'metrics.txt');
  writeFileSync(file, await scraped.metrics());
  const mainFile = bundleLeastService(harness);
  const service = await harness.service('governor-plugin', 0, { ANSWER_FILE: file }, { mainFile });
  await service.ready();
  return service;
}

async function start(harness: Harness, db: number, name: string, appsFolder: string): Promise<Contestant> {
  await putGateState(await harness.raw(db), symbolsOf(500));
  const mainFile = mainFileOf(appsFolder, 'governor-plugin');
  const service = await harness.service('governor-plugin', db, GOVERNOR_ENV, { mainFile });
  await service.ready();
  return { name, scraped: service, pacer: await startPacer(harness, db) };
}

/**
 * Serves plans and scrapes beside it. @returns times of scrapes, and latencies of the plans that were under way during
 * one
 */
async function scrapedRun(
  scraped: Service,
  pacer: Pacer,
  seconds: number,
): Promise<{ scrapes: number[]; met: number[]; size: number }> {
  let permitted: readonly Permitted[] | undefined;
  const run = pacer.run(PLANS_PER_SEC, seconds).then((ended) => (permitted = ended));
  const spans: { fromMs: number; toMs: number }[] = [];
  let size = 0;
  while (permitted === undefined) {
    await delay(PAUSE_MS);
    const fromMs = performance.now();
    size = (await scraped.metrics()).length;
    spans.push({ fromMs, toMs: performance.now() });
  }
  const met = (await run).filter(({ sentMs, latencyMs }) =>
    spans.some(({ fromMs, toMs }) => sentMs < toMs && sentMs + latencyMs > fromMs),
  );
  return {
    scrapes: spans.map(({ fromMs, toMs }) => toMs - fromMs),
    met: met.map(({ latencyMs }) => latencyMs),
    size,
  };
}
