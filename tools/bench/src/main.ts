import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findRedisServer } from '@quantum/private-redis';
import { Command } from 'commander';
import type { Options } from './harness/harness.js';
import type { BaselineSetup } from './harness/baseline-process.js';
import { benchBrain } from './brain/bench.js';
import { benchConsole } from './console/bench.js';
import { benchFootprint } from './footprint.js';
import { benchGovernor } from './governor/bench.js';
import { benchEffective } from './governor/effective.js';
import { benchLatency } from './governor/latency.js';
import { benchMasters } from './governor/masters.js';
import { benchScrape } from './governor/scrape.js';
import { commitOf, loadNow, machineOf } from './measure/machine.js';
import { readReport, writeReport, type Figure } from './measure/report.js';
import { fillPage } from './page/page.js';
import { benchProfile } from './profile.js';
import { benchProposer, benchProposerCycle, benchProposerSteady } from './proposer/bench.js';
import { benchReadModel } from './read-model/bench.js';
import { benchReplay } from './replay/bench.js';
import { benchRolloutCycle } from './rollout-cycle/bench.js';
import { fillOff, FULL_RUNS, isKept, offText } from './rollout-off/page.js';
import { reportOff, type RolloutArguments, wholeFrom } from './rollout-off/report.js';
import { BASELINES } from './baselines/all.js';
import { readRecording } from './baselines/read-recording.js';
import { runBaseline } from './baselines/baseline.js';

const root = resolve(__dirname, '..', '..', '..');
const BENCHES: Readonly<Record<string, (options: Options) => Promise<Figure[]>>> = {
  cycle: benchProposerCycle,
  proposer: benchProposer,
  steady: benchProposerSteady,
  governor: benchGovernor,
  latency: benchLatency,
  scrape: benchScrape,
  masters: benchMasters,
  effective: benchEffective,
  brain: benchBrain,
  enforcing: benchRolloutCycle,
  footprint: benchFootprint,
  profile: benchProfile,
  replay: benchReplay,
  'read-model': benchReadModel,
  console: benchConsole,
};

interface Arguments {
  short?: boolean;
  only?: string;
  apps: string;
  baselineDist?: string;
  out?: string;
  commit?: string;
  page: boolean;
}

const program = new Command('bench').description(
  'Measures the services in alternation with baselines, on one private Redis.',
);

program
  .command('all', { isDefault: true })
  .description('runs the benches, writes JSON to tmp/bench, and updates docs/performance.md')
  .option('--short', 'shows in seconds that the benches work; checks no time and leaves the page unchanged')
  .option('--only <names>', `some of ${Object.keys(BENCHES).join(', ')}, separated by commas`)
  .option('--apps <folder>', 'folder of the built apps', join(root, 'dist', 'apps'))
  .option('--baseline-dist <folder>', 'the same folder of another build, which takes part as a baseline')
  .option('--out <folder>', 'folder for reports (default: tmp/bench, tmp/bench-short)')
  .option('--commit <commit>', 'commit of the built apps, if it is not the one that is checked out')
  .option('--no-page', 'leaves docs/performance.md unchanged')
  .action(runBenches);

program.command('page').description('updates docs/performance.md from tmp/bench').action(writePage);

program
  .command('rollout')
  .description('measures the time until no reader is enforced any more, and updates docs/rollout.md')
  .option('--runs <n>', 'runs of each cause', wholeFrom(1), FULL_RUNS)
  .option('--deaths <n>', 'runs in which the rollout is killed: a lifetime of the multipliers each', wholeFrom(0), 10)
  .option('--rollouts <n>', 'rollouts side by side, each on a Redis of its own: a run is waiting', wholeFrom(1), 4)
  .option('--interval-sec <n>', 'ROLLOUT_INTERVAL_SEC', wholeFrom(1), 1)
  .option('--apps <folder>', 'folder of the built apps', join(root, 'dist', 'apps'))
  .option('--no-page', 'leaves docs/rollout.md unchanged')
  .action(benchRollout);

program
  .command('baseline <name> <setup>', { hidden: true })
  .action((name: string, setup: string) => runBaseline(BASELINES[name] as never, JSON.parse(setup) as BaselineSetup));

program.command('read <file>', { hidden: true }).action((file: string) => {
  console.log(readRecording(file));
});

async function runBenches(given: Arguments): Promise<void> {
  const short = given.short === true;
  const outFolder = given.out ?? join(root, 'tmp', short ? 'bench-short' : 'bench');
  mkdirSync(outFolder, { recursive: true });
  const options: Options = {
    root,
    appsFolder: resolve(given.apps),
    baselineAppsFolder: given.baselineDist === undefined ? undefined : resolve(given.baselineDist),
    short,
    outFolder,
    tell: (text) => {
      console.log(text);
    },
  };
  const machine = machineOf((await findRedisServer()).version);
  for (const bench of given.only?.split(',') ?? Object.keys(BENCHES)) {
    const run = BENCHES[bench];
    if (!run) throw new Error(`there is no bench ${bench}, only ${Object.keys(BENCHES).join(', ')}`);
    const before = loadNow();
    const figures = await run(options);
    const commit = given.commit ?? commitOf(root);
    const takenAt = new Date().toISOString();
    writeReport(outFolder, { bench, takenAt, commit, machine, short, load: [before, loadNow()], figures });
  }
  if (!short && given.page) writePage();
}

async function benchRollout(given: RolloutArguments): Promise<void> {
  const report = await reportOff(root, given, console.log);
  console.log(offText(report));
  if (!isKept(report)) process.exitCode = 1;
  if (given.page) rewrite('rollout.md', (page) => fillOff(page, report));
}

/** Fills the page's tables from the reports, and formats it as the repository requires. */
function writePage(): void {
  const reports = Object.keys(BENCHES).flatMap((bench) => readReport(join(root, 'tmp', 'bench'), bench) ?? []);
  rewrite('performance.md', (page) => fillPage(page, reports));
}

function rewrite(name: string, fill: (page: string) => string): void {
  const path = join(root, 'docs', name);
  if (!existsSync(path)) throw new Error(`there is no ${path} to be filled`);
  writeFileSync(path, fill(readFileSync(path, 'utf8')));
  execFileSync(join(root, 'node_modules', '.bin', 'prettier'), ['--write', '--log-level=warn', path], { cwd: root });
}

program.parseAsync().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
