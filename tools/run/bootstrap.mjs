/**
 * What `npm test` and `npm start` share. Plain node without dependencies: it must run alone on a fresh clone.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repoRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** How long a child that was asked to end may take before its whole process group is killed. */
const END_GRACE_MS = 8000;

/** Nx with nothing that outlives the command (daemon, pseudo terminals), asks questions or reaches for the network. */
const childEnv = {
  ...process.env,
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_ISOLATE_PLUGINS: 'false',
  NX_TUI: 'false',
  NX_NATIVE_COMMAND_RUNNER: 'false',
  // Nx asks for colours even where the output is a file.
  ...(!process.stdout.isTTY && { FORCE_COLOR: '0' }),
};

const readJson = (path) => JSON.parse(readFileSync(join(repoRoot, path), 'utf8'));

/** Ends the process with a clear word when this node is older than package.json's engines ask for (">=major.minor"). */
export function requireNode() {
  const wanted = readJson('package.json').engines.node.replace('>=', '');
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  console.error(
    `This repository needs node ${wanted} or newer; this is node ${process.versions.node} (${process.execPath}).`,
  );
  process.exit(1);
}

/**
 * True when node_modules is what package-lock.json says. Compares content: a checkout changes file times, not needs.
 */
function dependenciesInstalled() {
  if (!existsSync(join(repoRoot, 'node_modules', '.package-lock.json'))) return false;
  const locked = readJson('package-lock.json').packages;
  const installed = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(locked).every(([path, { version, link, optional, peer }]) => {
    if (!path.startsWith('node_modules/')) return true;
    if (link) return existsSync(join(repoRoot, path));
    return path in installed ? installed[path].version === version : Boolean(optional || peer);
  });
}

/** `npm ci`, when node_modules is missing or is not what package-lock.json says. Resolves to whether all is well. */
export async function ensureDependencies() {
  if (dependenciesInstalled()) return true;
  console.log('Installing dependencies (npm ci) ...');
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  return (await run([...npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error'])).code === 0;
}

/** The command line of a dependency's executable, found without npx (which may ask a registry). */
export const toolCommand = (name, ...args) => [join(repoRoot, 'node_modules', '.bin', name), ...args];

const running = new Set();

function killGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group has ended already.
  }
}

/**
 * Runs a command from the repository's root in a process group of its own, so that nothing of it can be left behind.
 * `quiet` keeps its output for the caller; `limitMs` ends it when it hangs.
 * Resolves, never rejects: `code` is null when `signal` ended it, `output` is what a quiet one wrote.
 */
export function run(command, { quiet = false, limitMs } = {}) {
  return new Promise((resolve) => {
    const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit';
    const child = spawn(command[0], command.slice(1), { cwd: repoRoot, env: childEnv, stdio, detached: true });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    running.add(child);
    const limit = limitMs && setTimeout(() => end(child, 'SIGTERM'), limitMs);
    child.on('error', (error) => {
      output += `${command[0]}: ${error.message}\n`;
      if (!quiet) console.error(output);
    });
    child.on('exit', () => killGroup(child));
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ code, signal, output });
    });
  });
}

/** Asks the child alone: it knows in which order its own children end. */
function end(child, signal) {
  child.kill(signal);
  setTimeout(() => killGroup(child), END_GRACE_MS).unref();
}

/** Passes a signal on to everything `run` has started. */
export function endRunning(signal) {
  for (const child of running) end(child, signal);
}
