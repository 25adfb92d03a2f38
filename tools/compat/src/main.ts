import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { CHECKS } from './checks.js';
import { compatibilityPage, fillMoves, movesTable, type Measured, type Row } from './document.js';
import { tryMoves } from './moves/moves.js';
import { allPlatforms, allServers, newestServers, type Platform } from './platforms.js';
import { rerunFailed, runCheck, type Result } from './run-check.js';

const root = resolve(__dirname, '..', '..', '..');
const logs = join(root, 'tmp', 'compat');
const PAGE = join(root, 'docs', 'compatibility.md');
const MOVING = join(root, 'docs', 'moving.md');
const GOVERNOR = join(root, 'dist', 'apps', 'governor-plugin', 'main.js');

/** The rows of the last whole run, so that what failed can be run again. */
const ROWS = join(logs, 'rows.json');

interface Saved {
  measured: Measured;
  rows: Row[];
}

const measured = (): Measured => ({
  date: new Date().toISOString().slice(0, 10),
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
});

/** Runs checks on platforms in turn, a line for each, and leaves the output of each in tmp/compat. */
async function rowsOf(platforms: readonly Platform[], checks: typeof CHECKS, hasSecondTry: boolean): Promise<Row[]> {
  mkdirSync(logs, { recursive: true });
  const rows: Row[] = [];
  for (const platform of platforms) {
    const results = [];
    for (const check of checks) {
      const logFile = join(logs, `${`${platform.name} ${check.name}`.replace(/\W+/g, '-')}.log`);
      rmSync(logFile, { force: true });
      const result = await runCheck(check, platform, { root, logFile, hasSecondTry });
      const { passed, failures, skipped, retried } = result;
      const again = retried > 0 ? `, ${retried} on the second try` : '';
      console.log(
        `${platform.name}, ${check.name}: ${passed} passed${again}, ${failures.length} failed, ${skipped} skipped`,
      );
      for (const name of failures) console.log(`  failed: ${name}`);
      if (failures.length > 0) console.log(`  see ${logFile}`);
      results.push(result);
    }
    rows.push({ name: platform.name, source: platform.source, results });
  }
  return rows;
}

async function tryAgain(platform: Platform, before: Result): Promise<Result> {
  const check = CHECKS.find(({ name }) => name === before.check);
  if (!check || before.failures.length === 0) return before;
  const logFile = join(logs, `${`${platform.name} ${check.name}`.replace(/\W+/g, '-')}-again.log`);
  const { commit } = measured();
  const result = await rerunFailed(check, platform, { root, logFile, hasSecondTry: false, commit }, before);
  console.log(`${platform.name}, ${check.name}: ${result.failures.length} of ${before.failures.length} failed again`);
  return result;
}

function writePage(saved: Saved): void {
  writeFileSync(ROWS, JSON.stringify(saved));
  writeFileSync(PAGE, compatibilityPage(saved.rows, saved.measured));
}

function report(rows: readonly Row[], counts: string | undefined, left = 0): void {
  const all = rows.flatMap(({ results }) => results);
  const sum = (numberOf: (result: Result) => number) => all.reduce((total, result) => total + numberOf(result), 0);
  const numbers = {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failures }) => failures.length),
    skipped: sum(({ skipped }) => skipped) + left,
  };
  if (counts !== undefined) writeFileSync(counts, JSON.stringify(numbers));
  if (numbers.failed > 0) process.exitCode = 1;
}

const program = new Command('compat').description('Runs the tests on other servers and versions of Node.');

program
  .command('newest')
  .description('the quick checks on the newest Redis and Valkey that Debian serves')
  .addOption(new Option('--counts <file>', 'the numbers passed, failed and skipped as JSON'))
  .action(async ({ counts }: { counts?: string }) => {
    const quick = CHECKS.filter((check) => check.quick);
    const servers = await newestServers().catch((error: unknown) => {
      console.error(`no newer server can be had, its checks are skipped: ${(error as Error).message}`);
      return [];
    });
    report(await rowsOf(servers, quick, false), counts, servers.length === 0 ? quick.length : 0);
  });

program
  .command('matrix')
  .description('all checks on all platforms; a whole run writes docs/compatibility.md')
  .option('--only <text>', 'only platforms whose name contains this; the page is printed, not written')
  .option('--check <text>', 'only checks whose name contains this; the same')
  .action(async ({ only = '', check = '' }: { only?: string; check?: string }) => {
    const platforms = (await allPlatforms(logs)).filter(({ name }) => name.includes(only));
    const checks = CHECKS.filter(({ name }) => name.includes(check));
    const rows = await rowsOf(platforms, checks, true);
    if (only + check === '') writePage({ measured: measured(), rows });
    else console.log(compatibilityPage(rows, measured()));
    report(rows, undefined);
  });

program
  .command('again')
  .description('runs again what failed in the last whole run, and writes docs/compatibility.md anew')
  .action(async () => {
    const saved = JSON.parse(readFileSync(ROWS, 'utf8')) as Saved;
    const platforms = await allPlatforms(logs);
    for (const row of saved.rows) {
      const platform = platforms.find(({ name }) => name === row.name);
      for (const [i, result] of row.results.entries()) if (platform) row.results[i] = await tryAgain(platform, result);
    }
    writePage(saved);
    report(saved.rows, undefined);
  });

program
  .command('moves')
  .description(
    'moves the data of each server to each other one, and writes into docs/moving.md which keep the decisions',
  )
  .action(async () => {
    const moves = await tryMoves(await allServers(), GOVERNOR);
    console.log(movesTable(moves));
    writeFileSync(MOVING, fillMoves(readFileSync(MOVING, 'utf8'), moves, measured()));
    if (moves.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
  });

void program.parseAsync();
