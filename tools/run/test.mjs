/**
 * `npm test`: everything that says whether this commit is good, alone on a fresh clone, with one command.
 * A failing stage does not stop the others. The last line is always the sum of the tests that really ran.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endRunning, ensureDependencies, repoRoot, requireNode, run, toolCommand } from './bootstrap.mjs';

const STAGE_LIMIT_MS = 30 * 60_000;
const countsDir = join(repoRoot, 'tmp', 'test-counts');
const freshOnly = process.env.CI === 'true' ? ['--skip-nx-cache'] : [];
const nx = (...args) => toolCommand('nx', ...args, '--output-style=static');
/** A test that is read from a cache has not run. One jest process a project: nx runs the projects side by side. */
const runTests = (target) => nx('run-many', '-t', target, '--skip-nx-cache', '--maxWorkers=1');
const proofRunner = join('dist', 'apps', 'proof-runner', 'main.js');
const faults = join('dist', 'tools', 'faults', 'main.js');

/**
 * In order: integration tests and proofs start built apps. `skip` answers why a stage has nothing to do.
 * Lint and types run as one process over everything: 19 s and 6 s from cold, a process a project 53 s and 24 s.
 */
const stages = [
  { name: 'format', commands: [toolCommand('prettier', '--check', '--log-level=warn', '.')] },
  // The boundary rule says nothing, and fails nothing, until Nx has left it a project graph.
  { name: 'lint', commands: [nx('graph', '--file=tmp/graph.json'), toolCommand('eslint', '.')] },
  { name: 'typecheck', commands: [toolCommand('tsc', '--build')] },
  { name: 'test', commands: [runTests('test')] },
  { name: 'build', commands: [nx('run-many', '-t', 'build', ...freshOnly)] },
  { name: 'test-int', commands: [runTests('test-int')] },
  {
    name: 'proofs',
    skip: () => !existsSync(join(repoRoot, proofRunner)) && 'the proof runner is not built',
    commands: [[process.execPath, proofRunner, '--spawn', '--counts', join(countsDir, 'proofs.json')]],
  },
  {
    name: 'faults',
    skip: () => !existsSync(join(repoRoot, faults)) && 'the faults are not built',
    commands: ['governor', 'proposer'].map((service) => [
      process.execPath, faults, service, '--counts', join(countsDir, `faults-${service}.json`),
    ]), // prettier-ignore
  },
  {
    name: 'docs',
    skip: () => !hasTarget('tools/docs', 'check') && 'there is no docs:check target',
    commands: [nx('run', 'docs:check', ...freshOnly)],
  },
];

function hasTarget(projectRoot, target) {
  const project = JSON.parse(readFileSync(join(repoRoot, projectRoot, 'project.json'), 'utf8'));
  return target in (project.targets ?? {});
}

/** The sum of every count file: jest's reporter and the proof runner leave one a run. */
function sumCounts() {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  if (!existsSync(countsDir)) return sum;
  for (const file of readdirSync(countsDir).filter((name) => name.endsWith('.json'))) {
    const counts = JSON.parse(readFileSync(join(countsDir, file), 'utf8'));
    for (const key of Object.keys(sum)) sum[key] += counts[key];
  }
  return sum;
}

/** A stage that failed without a failing test, e.g. a type error, counts as one failure. */
function countStageFailure(name, failedBefore) {
  if (sumCounts().failed > failedBefore) return;
  writeFileSync(join(countsDir, `stage-${name}.json`), JSON.stringify({ passed: 0, failed: 1, skipped: 0 }));
}

const summary = [];
let interruptedBy;

async function runStage(name, action) {
  console.log(`\n=== ${name} ===`);
  const failedBefore = sumCounts().failed;
  const startedAt = Date.now();
  const ok = await action();
  if (!ok) countStageFailure(name, failedBefore);
  const line = `${ok ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`;
  console.log(`--- ${line}`);
  summary.push(line);
  return ok;
}

async function runInTurn(commands) {
  for (const command of commands) {
    if ((await run(command, { limitMs: STAGE_LIMIT_MS })).code !== 0) return false;
  }
  return true;
}

async function runAll() {
  if (!(await runStage('install', ensureDependencies))) return;
  for (const { name, commands, skip } of stages) {
    if (interruptedBy) return;
    const reason = skip?.();
    if (reason) summary.push(`-      ${name}: skipped, ${reason}`);
    else await runStage(name, () => runInTurn(commands));
  }
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
  await runStage('npm test itself', () => void console.error(error));
}
const { passed, failed, skipped } = sumCounts();
const interrupted = interruptedBy ? [`interrupted by ${interruptedBy}: the later stages have not run`] : [];
console.log(
  ['', ...summary, ...interrupted, `tests: ${passed} passed, ${failed} failed, ${skipped} skipped`].join('\n'),
);
process.exitCode = failed > 0 || interruptedBy ? 1 : 0;
