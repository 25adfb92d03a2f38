import { setTimeout as delay } from 'node:timers/promises';
import { mainFileOf, withHarness, type Harness, type Options } from '../harness/harness.js';
import { putForeign, putTargets, symbolsOf } from '../harness/market.js';
import { figure, type Figure } from '../measure/report.js';
import { Runs } from '../measure/runs.js';
import { loopDelayMs, loopProbe } from './loop-probe.js';
import { alternate, type Contestant } from '../measure/alternate.js';
import { startProposer } from './proposer-service.js';

/** The interval that users have. A bench of many passes uses a shorter one where it does not matter. */
const DEFAULT_INTERVALS = { LOOP_INTERVAL_SEC: '10', DISCOVERY_INTERVAL_SEC: '10' };

export const benchProposer = async (options: Options): Promise<Figure[]> => [
  ...(await withHarness(options, benchScaling)),
  ...(await withHarness(options, benchForeignKeys)),
];

export const benchProposerCycle = (options: Options): Promise<Figure[]> => withHarness(options, benchCycle);
export const benchProposerSteady = (options: Options): Promise<Figure[]> => withHarness(options, benchSteadyRun);

async function prepared(harness: Harness, db: number, symbols: number): Promise<void> {
  await putTargets(await harness.raw(db), symbolsOf(symbols));
}

const baselinePass = async (harness: Harness, name: string, db: number, symbols: number): Promise<Contestant['pass']> =>
  (await harness.baseline(name, db, { symbols })).pass;

/** A cycle of 10,000 symbols, compared with every baseline. */
async function benchCycle(harness: Harness): Promise<Figure[]> {
  const symbols = harness.short ? 500 : 10_000;
  harness.tell(`proposer: a cycle of ${symbols} symbols`);
  await prepared(harness, 0, symbols);
  const ours = await startProposer(harness, 0);
  const listing: number[] = [];
  const contestants: Contestant[] = [
    { name: 'floor', pass: await baselinePass(harness, 'proposer-floor', 0, symbols) },
    {
      name: 'service',
      pass: async () => {
        const ms = await ours.pass();
        listing.push(ours.listingMs());
        return ms;
      },
    },
    { name: 'pipelines', pass: await baselinePass(harness, 'proposer-pipelines', 0, symbols) },
    { name: 'one at a time', pass: await baselinePass(harness, 'proposer-one-at-a-time', 0, symbols) },
  ];
  if (harness.baselineAppsFolder !== undefined) {
    await prepared(harness, 1, symbols);
    const other = await startProposer(harness, 1, {
      mainFile: mainFileOf(harness.baselineAppsFolder, 'allocation-target'),
    });
    contestants.splice(2, 0, { name: 'other build', pass: other.pass });
  }
  const runs = await alternate(contestants, harness.short ? 1 : 9, harness.tell);
  return [
    figure('cycle', `a cycle of ${symbols} symbols, listing included`, 'ms', runs),
    figure('cycle listing', 'of the service’s cycles, the wait for the list of symbols', 'ms', { service: listing }),
  ];
}

/** The same for other numbers of symbols, each in a database of its own. */
async function benchScaling(harness: Harness): Promise<Figure[]> {
  const sizes = harness.short ? [100, 300] : [1000, 10_000, 100_000];
  harness.tell(`proposer: cycles of ${sizes.join(', ')} symbols`);
  const contestants: Contestant[] = [];
  for (const [db, size] of sizes.entries()) {
    await prepared(harness, db, size);
    contestants.push({ name: `floor ${size}`, pass: await baselinePass(harness, 'proposer-floor', db, size) });
    // At the short interval of the others, a cycle of this size lasts as long as the interval, and scans overlap with
    // it.
    const env = size > 10_000 ? DEFAULT_INTERVALS : {};
    contestants.push({ name: `service ${size}`, pass: (await startProposer(harness, db, { env })).pass });
  }
  const runs = await alternate(contestants, harness.short ? 1 : 7, harness.tell);
  const perSymbol = Object.entries(runs).map(([name, own]) => {
    const size = Number(name.split(' ').at(-1));
    return [name, own.map((ms) => (1000 * ms) / size)] as const;
  });
  return [figure('scaling', 'a cycle’s time per symbol, by number of symbols', 'us', Object.fromEntries(perSymbol))];
}

/** Foreign keys in the same database must not slow a cycle. */
async function benchForeignKeys(harness: Harness): Promise<Figure[]> {
  const symbols = harness.short ? 500 : 10_000;
  const foreign = harness.short ? 20_000 : 5_000_000;
  harness.tell(`proposer: ${foreign} foreign keys`);
  for (const db of [0, 1]) await prepared(harness, db, symbols);
  await putForeign(await harness.raw(1), foreign);
  // The share of the interval that a cycle waits for a scan matters here.
  const env = harness.short ? {} : DEFAULT_INTERVALS;
  const [none, many] = await Promise.all([0, 1].map((db) => startProposer(harness, db, { env })));
  if (!none || !many) throw new Error('no proposers');
  const beyondListing = new Runs();
  const passOf = (name: string, proposer: typeof none) => async (): Promise<number> => {
    const ms = await proposer.pass();
    beyondListing.add(name, ms - proposer.listingMs());
    return ms;
  };
  const names = ['no foreign keys', 'foreign keys'];
  const contestants = [none, many].map((proposer, i) => ({
    name: names[i] ?? '',
    pass: passOf(names[i] ?? '', proposer),
  }));
  const runs = await alternate(contestants, harness.short ? 1 : 11, harness.tell);
  return [
    figure('foreign keys', `a cycle of ${symbols} symbols beside ${foreign} keys of others`, 'ms', runs),
    figure('foreign keys, listed', 'the same without the wait for the list of symbols', 'ms', beyondListing.byName),
  ];
}

/** Undisturbed cycles at the default interval: memory, and how long the event loop is blocked. */
async function benchSteadyRun(harness: Harness): Promise<Figure[]> {
  const sizes = harness.short ? [300] : [10_000, 100_000];
  const [rss, peak, delayP99, cpu] = [new Runs(), new Runs(), new Runs(), new Runs()];
  for (const [db, size] of sizes.entries()) {
    harness.tell(`proposer: steady run at ${size} symbols`);
    await prepared(harness, db, size);
    const intervalSec = harness.short ? 0.2 : 10;
    const env = { LOOP_INTERVAL_SEC: String(intervalSec), P31_STALE_SEC: '86400' };
    const service = await harness.service('allocation-target', db, env, { nodeArgs: loopProbe(harness) });
    for (let cycle = 0; cycle < 2; cycle += 1) await service.nextLine('cycle');
    const name = `${size} symbols`;
    for (let cycle = 0; cycle < (harness.short ? 2 : 3); cycle += 1) {
      await delay(100); // the work after a cycle belongs to it
      await loopDelayMs(service); // measured from one sample to the next
      const cpuBefore = service.cpuSec();
      await service.nextLine('cycle');
      await delay(100);
      cpu.add(name, (100 * (service.cpuSec() - cpuBefore)) / intervalSec);
      delayP99.add(name, await loopDelayMs(service));
      rss.add(name, service.rssMb());
    }
    peak.add(name, service.peakRssMb());
    await service.stop();
  }
  return [
    figure('proposer RSS', 'resident memory after a cycle', 'MB', rss.byName),
    figure('proposer RSS peak', 'the most that it ever was', 'MB', peak.byName),
    figure(
      'proposer loop delay',
      'event-loop delay, 99th percentile of an interval with a cycle',
      'ms',
      delayP99.byName,
    ),
    figure('proposer CPU', 'share of a core at an interval of 10 s', '%', cpu.byName),
  ];
}
