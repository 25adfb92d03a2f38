/**
 * `npm start -- <arguments>`: from a fresh clone to the running demo with one command.
 * Installs what is missing, builds the apps, and hands over to the demo with all arguments.
 */
import { constants } from 'node:os';
import { join } from 'node:path';
import { endRunning, ensureDependencies, run, requireNode, toolCommand } from './bootstrap.mjs';

/** npm and the terminal each pass the same Ctrl-C on; a second one of the user's comes later than this. */
const SAME_SIGNAL_MS = 500;

let endedBy;
let lastSignalMs = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    endedBy = signal;
    if (Date.now() - lastSignalMs > SAME_SIGNAL_MS) endRunning(signal);
    lastSignalMs = Date.now();
  });
}

async function build() {
  process.stderr.write('Building ... ');
  const startedAt = Date.now();
  const { code, output } = await run(toolCommand('nx', 'run-many', '-t', 'build', '--output-style=static'), {
    quiet: true,
  });
  process.stderr.write(code === 0 ? `done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n` : 'failed\n');
  if (code !== 0 && !endedBy) process.stderr.write(output);
  return code === 0;
}

async function main() {
  if (!(await ensureDependencies()) || !(await build())) return 1;
  if (endedBy) return null;
  const demo = join('dist', 'tools', 'demo', 'main.js');
  return (await run([process.execPath, demo, ...process.argv.slice(2)])).code;
}

requireNode();
const code = await main();
process.exitCode = code ?? 128 + constants.signals[endedBy ?? 'SIGTERM'];
