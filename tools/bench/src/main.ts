import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findRedisServer } from '@quantum/private-redis';
import { Command } from 'commander';
import type { Options } from './bed/bed.js';
import type { RivalPlace } from './bed/rival-process.js';
import { benchFootprint } from './footprint.js';
import { benchGovernor } from './governor/bench.js';
import { commitOf, loadNow, machineOf } from './measure/machine.js';
import { readReport, writeReport, type Figure } from './measure/report.js';
import { fillPage } from './page/page.js';
import { benchProfile } from './profile.js';
import { benchProposer } from './proposer/bench.js';
import { benchReplay } from './replay/bench.js';
import { RIVALS } from './rivals/all.js';
import { readRecording } from './rivals/read-recording.js';
import { playRival } from './rivals/rival.js';

const root = resolve(__dirname, '..', '..', '..');
const BENCHES: Readonly<Record<string, (options: Options) => Promise<Figure[]>>> = {
  proposer: benchProposer,
  governor: benchGovernor,
  footprint: benchFootprint,
  profile: benchProfile,
  replay: benchReplay,
};

interface Arguments {
  short?: boolean;
  only?: string;
  apps: string;
  rivalDist?: string;
  out?: string;
  commit?: string;
  page: boolean;
}

const program = new Command('bench').description('Measures the services in turns with rivals, on one private Redis.');

program
  .command('all', { isDefault: true })
  .description('runs the benches, leaves JSON in tmp/bench, and brings docs/performance.md up to date')
  .option('--short', 'shows in seconds that the benches work; judges no time and leaves the page alone')
  .option('--only <names>', `some of ${Object.keys(BENCHES).join(', ')}, with commas between`)
  .option('--apps <folder>', 'folder of the built apps', join(root, 'dist', 'apps'))
  .option('--rival-dist <folder>', 'the same of another build, which takes part')
  .option('--out <folder>', 'where reports go (default: tmp/bench, tmp/bench-short)')
  .option('--commit <commit>', 'of the built apps, where it is not the one that is checked out')
  .option('--no-page', 'leaves docs/performance.md alone')
  .action(runBenches);

program.command('page').description('brings docs/performance.md up to date with tmp/bench').action(writePage);

program
  .command('rival <name> <place>', { hidden: true })
  .action((name: string, place: string) => playRival(RIVALS[name] as never, JSON.parse(place) as RivalPlace));

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
    rivalAppsFolder: given.rivalDist === undefined ? undefined : resolve(given.rivalDist),
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

/** Fills the page's tables from the reports, and lays it out as the repository wants it. */
function writePage(): void {
  const path = join(root, 'docs', 'performance.md');
  const reports = Object.keys(BENCHES).flatMap((bench) => readReport(join(root, 'tmp', 'bench'), bench) ?? []);
  if (!existsSync(path)) throw new Error(`there is no ${path} to be filled`);
  writeFileSync(path, fillPage(readFileSync(path, 'utf8'), reports));
  execFileSync(join(root, 'node_modules', '.bin', 'prettier'), ['--write', '--log-level=warn', path], { cwd: root });
}

program.parseAsync().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
