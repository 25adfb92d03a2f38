import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from './checks.js';
import type { Platform } from './platforms.js';
import { afterSecondTry, numbersOf, type Numbers } from './results.js';

/** What a check found on a platform. */
export interface Result extends Numbers {
  check: string;
  /** Number of tests that failed first, and passed when they ran again. */
  retried: number;
  /** Commit of the last try, where it is another than that of the run. */
  retriedAt?: string;
}

export interface RunOptions {
  /** Folder of the repository. */
  root: string;
  /** Its output is appended here. */
  logFile: string;
  /** Runs what failed once more: a busy machine lets waits time out. */
  hasSecondTry: boolean;
}

/** Runs a check. One that leaves no numbers counts as one failure. */
export async function runCheck(check: Check, platform: Platform, options: RunOptions): Promise<Result> {
  const first = await runOnce(check, platform, options, []);
  if (first.failures.length === 0 || !options.hasSecondTry) return resultOf(check, { ...first, retried: 0 });
  return resultOf(check, afterSecondTry(first, await runOnce(check, platform, options, first.files)));
}

const resultOf = ({ name: check }: Check, numbers: Numbers & { retried: number }): Result => ({ check, ...numbers });

/** Reruns what failed in an earlier run, on a tree that may be another. */
export async function rerunFailed(
  check: Check,
  platform: Platform,
  options: RunOptions & { commit: string },
  before: Result,
): Promise<Result> {
  const after = afterSecondTry(before, await runOnce(check, platform, options, before.files));
  return { ...resultOf(check, { ...after, retried: before.retried + after.retried }), retriedAt: options.commit };
}

async function runOnce(
  check: Check,
  { env, node }: Platform,
  { root, logFile }: RunOptions,
  files: readonly string[],
): Promise<Numbers> {
  const folder = await mkdtemp(join(tmpdir(), 'quantum-compat-'));
  const counts = join(folder, 'counts.json');
  try {
    const child = spawn(node, check.args(counts, files), {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    await appendFile(logFile, Buffer.concat(output));
    const none: Numbers = { passed: 0, failures: [], skipped: 0, files: [] };
    const found = await readFile(counts, 'utf8').then(numbersOf, () => none);
    const isSilent = found.failures.length === 0 && (code !== 0 || found.passed === 0);
    return isSilent ? { ...found, failures: [`${check.name} ended with ${code ?? 'a signal'}`] } : found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
