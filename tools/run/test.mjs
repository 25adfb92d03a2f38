/**
 * `npm test`: everything that says whether this commit is good, alone on a fresh clone, with one command.
 * `npm run test:long`: the long tests (`*.long.int.test.ts`), which it leaves out.
 * A failing stage does not stop the others. The last line is always the sum of the tests that really ran.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { endRunning, ensureDependencies, repoRoot, requireNode, run, toolCommand } from './bootstrap.mjs';

const STAGE_LIMIT_MS = 30 * 60_000;
const countsDir = join(repoRoot, 'tmp', 'test-counts');
const isLong = process.argv.includes('--long');
const freshOnly = process.env.CI === 'true' ? ['--skip-nx-cache'] : [];
const nx = (...args) => toolCommand('nx', ...args, '--output-style=static');
const LONG_TESTS = '\\.long\\.int\\.test\\.ts$';
const jest = toolCommand(
  'jest',
  '--config',
  join('tools', 'jest', 'all.config.cjs'),
  isLong ? `--testPathPatterns=${LONG_TESTS}` : `--testPathIgnorePatterns=${LONG_TESTS}`,
  // Integration tests wait for about half of their time: one worker more than there are cores.
  `--maxWorkers=${availableParallelism() + 1}`,
);
const proofRunner = join('dist', 'apps', 'proof-runner', 'main.js');
const faults = join('dist', 'tools', 'faults', 'main.js');
const compat = join('dist', 'tools', 'compat', 'main.js');

/** Integration tests and proofs start built apps. */
const build = { name: 'build', commands: [nx('run-many', '-t', 'build', ...freshOnly)] };

/** Needs no build. */
const format = { name: 'format', commands: [toolCommand('prettier', '--check', '--log-level=warn', '.')] };

/**
 * `skip` answers why a stage has nothing to do.
 * Lint and types run as one process over everything: a process for each project takes 2 to 4 times the CPU time.
 */
const checks = [
  // Types too. The boundary rule says nothing, and fails nothing, until Nx has left it a project graph.
  {
    name: 'lint-and-types',
    commands: [
      nx('graph', '--file=tmp/graph.json'),
      toolCommand('eslint', '--config', join('tools', 'run', 'lint-all.mjs'), '.'),
    ],
  },
  {
    name: 'docs',
    skip: () => !hasTarget('tools/docs', 'check') && 'there is no docs:check target',
    commands: [nx('run', 'docs:check', ...freshOnly)],
  },
  // Runs the product too, but not on the server of the tests, and the checks end long before the tests.
  {
    name: 'newest-servers',
    counts: 'newest-servers',
    skip: () => !existsSync(join(repoRoot, compat)) && 'the compatibility checks are not built',
    commands: [[process.execPath, compat, 'newest', '--counts', join(countsDir, 'newest-servers.json')]],
  },
];

/** `counts` is the start of the names of the count files that a stage leaves. */
const tests = { name: 'test', counts: 'jest', commands: [jest] };

/**
 * What runs the product for a time: each waits for more than half of it. They run one after the other beside the tests.
 */
const runs = [
  {
    name: 'proofs',
    counts: 'proofs',
    skip: () => !existsSync(join(repoRoot, proofRunner)) && 'the proof runner is not built',
    commands: [[process.execPath, proofRunner, '--spawn', '--counts', join(countsDir, 'proofs.json')]],
  },
  // By hand: the services whose scenarios are short enough. Those of the rollout are run by the long tests of
  // tools/faults.
  ...['governor', 'proposer', 'brain'].map((service) => ({
    name: `faults-${service}`,
    counts: `faults-${service}`,
    skip: () => !existsSync(join(repoRoot, faults)) && 'the faults are not built',
    commands: [[process.execPath, faults, service, '--counts', join(countsDir, `faults-${service}.json`)]],
  })),
];

function hasTarget(projectRoot, target) {
  const project = JSON.parse(readFileSync(join(repoRoot, projectRoot, 'project.json'), 'utf8'));
  return target in (project.targets ?? {});
}

/** The sum of the count files whose names begin with `start`: jest's reporter, the proofs and the faults leave them. */
function sumCounts(start = '') {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  if (!existsSync(countsDir)) return sum;
  for (const file of readdirSync(countsDir).filter((name) => name.startsWith(start) && name.endsWith('.json'))) {
    const counts = JSON.parse(readFileSync(join(countsDir, file), 'utf8'));
    for (const key of Object.keys(sum)) sum[key] += counts[key];
  }
  return sum;
}

/** Names of the tests that failed, as jest's reporter left them: in a long output, the end is what one sees. */
const failedTests = () =>
  readdirSync(countsDir)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => JSON.parse(readFileSync(join(countsDir, name), 'utf8')).failures ?? []);

/** A stage that failed without a failing test, e.g. a type error, counts as one failure. */
function countStageFailure({ name, counts }) {
  if (counts !== undefined && sumCounts(counts).failed > 0) return;
  writeFileSync(join(countsDir, `stage-${name}.json`), JSON.stringify({ passed: 0, failed: 1, skipped: 0 }));
}

const summary = [];
let interruptedBy;

/**
 * Runs a stage's commands in turn until one fails. A quiet stage prints what they wrote in one piece, when it is over.
 */
async function runStage(stage, { quiet = false } = {}) {
  const { name, commands, skip } = stage;
  const reason = skip?.();
  if (reason) return void summary.push(`-      ${name}: skipped, ${reason}`);
  const startedAt = Date.now();
  if (!quiet) console.log(`\n=== ${name} ===`);
  let written = '';
  let ok = true;
  let how = '';
  for (const command of commands) {
    const { code, signal, output } = await run(command, { quiet, limitMs: STAGE_LIMIT_MS });
    written += output;
    ok = code === 0;
    if (signal) how = `: ended by ${signal}`;
    if (!ok) break;
  }
  if (!ok) countStageFailure(stage);
  conclude(name + how, ok, startedAt, quiet ? `\n=== ${name} ===\n${written}` : '');
}

function conclude(name, ok, startedAt, written = '') {
  const line = `${ok ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`;
  console.log(`${written}--- ${line}`);
  summary.push(line);
}

async function runInTurn(stages, options) {
  for (const stage of stages) if (!interruptedBy) await runStage(stage, options);
}

async function runAll() {
  const startedAt = Date.now();
  const installed = await ensureDependencies();
  conclude('install', installed, startedAt);
  if (!installed) return countStageFailure({ name: 'install' });
  if (isLong) return runInTurn([build, tests]);
  // Side by side: tests wait for much of their time, checks never. A third one would only starve the others.
  await Promise.all([runInTurn([build]), runInTurn([format], { quiet: true })]);
  await Promise.all([runInTurn([tests]), runInTurn([...checks, ...runs], { quiet: true })]);
}

requireNode();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interruptedBy ??= signal;
    endRunning('SIGTERM');
  });
}
rmSync(countsDir, { recursive: true, force: true });
mkdirSync(countsDir, { recursive: true });
try {
  await runAll();
} catch (error) {
  console.error(error);
  countStageFailure({ name: 'npm-test-itself' });
}
const { passed, failed, skipped } = sumCounts();
const interrupted = interruptedBy ? [`interrupted by ${interruptedBy}: the later stages have not run`] : [];
console.log(
  [
    '',
    ...summary,
    ...failedTests().map((name) => `failed: ${name}`),
    ...interrupted,
    `tests: ${passed} passed, ${failed} failed, ${skipped} skipped`,
  ].join('\n'),
);
process.exitCode = failed > 0 || interruptedBy ? 1 : 0;
