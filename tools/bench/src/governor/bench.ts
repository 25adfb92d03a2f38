import { mainFileOf, withHarness, type Harness, type Options } from '../harness/harness.js';
import { figure, type Figure } from '../measure/report.js';
import { alternate, type Contestant } from '../measure/alternate.js';
import { backlogIn, GOVERNOR_ENV, startGovernors, untilServed, type GovernorPasses } from './backlog.js';
import { recordWire, type Wire } from './wire.js';
import { withoutHint } from './without-hint.js';
import { takeWork, workFigures } from './work.js';

/** Plans for a contestant that waits for each command: the whole backlog would take minutes. */
const SLOW_SHARE = 1 / 20;

/** Rounds vary by a tenth, so a difference of a twentieth needs many. */
const HINT_ROUNDS = 31;

export const benchGovernor = async (options: Options): Promise<Figure[]> => [
  ...(await withHarness(options, benchBacklog)),
  ...(await withHarness(options, benchBurst)),
];

/** Throughput from a backlog, compared with every baseline; and the traffic on the wire. */
async function benchBacklog(harness: Harness): Promise<Figure[]> {
  const plans = harness.short ? 1000 : 20_000;
  harness.tell(`governor: backlogs of ${plans} plans`);
  const mainFile = mainFileOf(harness.appsFolder, 'governor-plugin');
  const bare = withoutHint(mainFile, harness.outFolder);
  const wire = await recordWire(harness, 0, mainFile, plans, 'with-hint');
  const bareWire = bare === undefined ? undefined : await recordWire(harness, 0, bare, plans, 'without-hint');

  const started: Record<string, GovernorPasses> = {};
  const governors = async (name: string, db: number, mainFiles: readonly string[]): Promise<Contestant> => {
    const passes = await startGovernors(harness, db, mainFiles, Math.ceil(plans / 4));
    started[name] = passes;
    return { name, pass: () => passes.drain(plans) };
  };
  const service = await governors('service', 0, [mainFile]);
  const withoutIt = bare === undefined ? [] : [await governors('without hint', 1, [bare])];
  const contestants: Contestant[] = [
    service,
    await governors('2 replicas', 2, [mainFile, mainFile]),
    ...(await baselines(harness, plans, wire)),
  ];
  if (harness.baselineAppsFolder !== undefined) {
    const other = mainFileOf(harness.baselineAppsFolder, 'governor-plugin');
    contestants.push(await governors('other build', 6, [other]));
  }
  const runs = await alternate(contestants, harness.short ? 1 : 9, harness.tell);
  const work = takeWork(started);
  const pairs = await alternate([service, ...withoutIt], harness.short ? 1 : HINT_ROUNDS, harness.tell);
  return [
    figure('backlog', `plans per second from a backlog of ${plans}, 500 symbols, all gates on`, 'plans/s', runs),
    ...workFigures('', work),
    figure('hint', 'plans per second from such backlogs, with the hint and without it', 'plans/s', pairs),
    ...workFigures('hint: ', takeWork(started)),
    ...wireFigures({ 'with hint': wire, ...(bareWire && { 'without hint': bareWire }) }),
  ];
}

async function baselines(harness: Harness, plans: number, wire: Wire): Promise<Contestant[]> {
  const drained = async (name: string, db: number, count: number): Promise<Contestant['pass']> => {
    const backlog = await backlogIn(harness, db);
    const baseline = await harness.baseline(name, db);
    return async () => {
      await backlog.fill(count);
      const speed = await baseline.pass();
      await backlog.empty();
      return speed;
    };
  };
  const replayed = await backlogIn(harness, 5);
  const replay = await harness.baseline('plans-replay', 5, { file: wire.file });
  return [
    { name: 'toy loop', pass: await drained('plans-toy-loop', 3, plans) },
    { name: 'one at a time', pass: await drained('plans-one-at-a-time', 4, Math.ceil(plans * SLOW_SHARE)) },
    {
      name: 'floor',
      pass: async () => {
        await replayed.fill(plans, wire.atMs);
        const ms = await replay.pass();
        await replayed.empty();
        return (1000 * plans) / ms;
      },
    },
  ];
}

function wireFigures(wires: Readonly<Record<string, Wire>>): Figure[] {
  const of = (value: (wire: Wire) => number): Record<string, number[]> =>
    Object.fromEntries(Object.entries(wires).map(([name, wire]) => [name, [value(wire)]]));
  const names = [...new Set(Object.values(wires).flatMap(({ byName }) => Object.keys(byName)))];
  return [
    figure('round trips', 'round trips a batch', '', of(({ roundTrips, batches }) => roundTrips / batches)),
    figure('commands', 'commands a plan', '', of(({ commands, plans }) => commands / plans)),
    figure('bytes', 'bytes sent a plan', 'B', of(({ bytes, plans }) => bytes / plans)),
    ...names.map((name) =>
      figure(`commands ${name}`, `${name.toUpperCase()} a plan`, '', of((wire) => (wire.byName[name] ?? 0) / wire.plans)),
    ),
  ]; // prettier-ignore
}

/** A long burst: memory must not grow with the backlog. */
async function benchBurst(harness: Harness): Promise<Figure[]> {
  const plans = harness.short ? 5000 : 200_000;
  harness.tell(`governor: a burst of ${plans} plans`);
  const backlog = await backlogIn(harness, 0);
  await backlog.fill(plans);
  const startMs = performance.now();
  const service = await harness.service('governor-plugin', 0, GOVERNOR_ENV);
  const rss: number[] = [];
  const sampler = setInterval(() => rss.push(service.rssMb()), harness.short ? 50 : 250);
  await untilServed(backlog.redis, plans);
  clearInterval(sampler);
  const quarter = Math.ceil(rss.length / 4);
  return [
    figure('burst RSS', `resident memory while ${plans} plans are worked off`, 'MB', {
      'second quarter': rss.slice(quarter, 2 * quarter),
      'last quarter': rss.slice(-quarter),
    }),
    figure('burst speed', `plans per second of that burst, start of the process included`, 'plans/s', {
      service: [(1000 * plans) / (performance.now() - startMs)],
    }),
  ];
}
