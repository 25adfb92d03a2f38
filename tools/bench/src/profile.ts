import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AppName } from '@quantum/service-config';
import { brainEnv } from './brain/brain-service.js';
import { putScoreInputs } from './brain/market.js';
import { mainFileOf, withHarness, type Harness, type Options } from './harness/harness.js';
import { putTargets, symbolsOf } from './harness/market.js';
import { backlogIn, GOVERNOR_ENV, untilServed } from './governor/backlog.js';
import { figure, type Figure } from './measure/report.js';
import { cpuCosts, sums } from './profile/cost.js';

const PARTS = 10;
const PLACES = 15;

/** CPU profile of each service under load, with Node's own profiler, which slows it down slightly. */
export const benchProfile = async (options: Options): Promise<Figure[]> => [
  ...(await withHarness(options, profileProposer)),
  ...(await withHarness(options, profileGovernor)),
  ...(await withHarness(options, profileBrain)),
];

async function profileProposer(harness: Harness): Promise<Figure[]> {
  const [symbols, cycles] = harness.short ? [500, 3] : [10_000, 15];
  harness.tell(`profile: ${cycles} cycles of ${symbols} symbols`);
  await putTargets(await harness.raw(0), symbolsOf(symbols));
  const env = { LOOP_INTERVAL_SEC: '1', DISCOVERY_INTERVAL_SEC: '1', P31_STALE_SEC: '86400' };
  return profiled(harness, 'allocation-target', env, 'symbol', symbols * cycles, async (service) => {
    for (let cycle = 0; cycle < cycles; cycle += 1) await service.nextLine('cycle');
  });
}

async function profileGovernor(harness: Harness): Promise<Figure[]> {
  const plans = harness.short ? 2000 : 60_000;
  harness.tell(`profile: ${plans} plans`);
  const backlog = await backlogIn(harness, 0);
  await backlog.fill(plans);
  return profiled(harness, 'governor-plugin', GOVERNOR_ENV, 'plan', plans, () => untilServed(backlog.redis, plans));
}

async function profileBrain(harness: Harness): Promise<Figure[]> {
  const [symbols, cycles] = harness.short ? [500, 3] : [10_000, 15];
  harness.tell(`profile: ${cycles} closed periods of ${symbols} symbols`);
  await putScoreInputs(await harness.raw(0), symbolsOf(symbols));
  const env = brainEnv({ kind: 'period', intervalSec: 1 });
  return profiled(harness, 'efficiency-brain', env, 'symbol', symbols * cycles, async (service) => {
    for (let cycle = 0; cycle < cycles; cycle += 1) await service.nextLine('period');
  });
}

type Work = (service: Awaited<ReturnType<Harness['service']>>) => Promise<void>;

async function profiled(
  harness: Harness,
  app: AppName,
  env: Readonly<Record<string, string>>,
  unit: string,
  units: number,
  work: Work,
): Promise<Figure[]> {
  const map = `${mainFileOf(harness.appsFolder, app)}.map`;
  const folder = mkdtempSync(join(harness.outFolder, `${app}-`));
  const service = await harness.service(app, 0, env, { nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${folder}`] });
  await work(service);
  await service.stop();
  const [file] = readdirSync(folder);
  if (file === undefined) throw new Error(`${app} left no profile`);
  const costs = cpuCosts(join(folder, file), map);
  const table = (id: string, about: string, named: [string, number][], share: number, of: string): Figure =>
    figure(id, about, of, Object.fromEntries(named.map(([name, cost]) => [name, [cost * share]])));
  const perUnit = `us a ${unit}`;
  return [
    table(`${app} CPU by part`, `time by package, ${perUnit}`, sums(costs, ({ part }) => part, PARTS), 1 / units, 'us'),
    table(`${app} CPU by place`, `time by function, ${perUnit}`, sums(costs, ({ part, place }) => `${part}: ${place}`, PLACES), 1 / units, 'us'),
  ]; // prettier-ignore
}
