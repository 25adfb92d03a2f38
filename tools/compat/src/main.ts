import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { CHECKS } from './checks.js';
import { compatibilityPage, type Row } from './document.js';
import { allPlatforms, newestServers, type Platform } from './platforms.js';
import { runCheck } from './run-check.js';

const root = resolve(__dirname, '..', '..', '..');
const logs = join(root, 'tmp', 'compat');
const PAGE = join(root, 'docs', 'compatibility.md');

/** Runs checks on platforms in turn, a line for each, and leaves the output of each in tmp/compat. */
async function rowsOf(platforms: readonly Platform[], checks: typeof CHECKS): Promise<Row[]> {
  mkdirSync(logs, { recursive: true });
  const rows: Row[] = [];
  for (const platform of platforms) {
    const results = [];
    for (const check of checks) {
      const log = join(logs, `${platform.name} ${check.name}.log`.replace(/\W+/g, '-'));
      const result = await runCheck(check, platform, root, log);
      const { passed, failed, skipped, failures } = result;
      console.log(`${platform.name}, ${check.name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
      for (const name of failures) console.log(`  failed: ${name}`);
      if (failed > 0) console.log(`  see ${log}`);
      results.push(result);
    }
    rows.push({ name: platform.name, source: platform.source, results });
  }
  return rows;
}

function report(rows: readonly Row[], counts: string | undefined, left = 0): void {
  const all = rows.flatMap(({ results }) => results);
  const sum = (key: 'passed' | 'failed' | 'skipped') => all.reduce((total, result) => total + result[key], 0);
  const numbers = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') + left };
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
    report(await rowsOf(servers, quick), counts, servers.length === 0 ? quick.length : 0);
  });

program
  .command('matrix')
  .description('all checks on all platforms; a whole run writes docs/compatibility.md')
  .option('--only <text>', 'only platforms whose name contains this; the page is not written')
  .action(async ({ only }: { only?: string }) => {
    const all = await allPlatforms(join(root, 'tmp', 'compat'));
    const rows = await rowsOf(
      all.filter(({ name }) => name.includes(only ?? '')),
      CHECKS,
    );
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    const page = compatibilityPage(rows, { date: new Date().toISOString().slice(0, 10), version });
    if (only === undefined) writeFileSync(PAGE, page);
    else console.log(page);
    report(rows, undefined);
  });

void program.parseAsync();
