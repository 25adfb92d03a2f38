import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from './checks.js';
import type { Platform } from './platforms.js';

/** What a check found on a platform. */
export interface Result {
  check: string;
  passed: number;
  failed: number;
  skipped: number;
  /** Names of the tests that failed, where the check gives them. */
  failures: string[];
}

interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { message: string; assertionResults: { status: string; fullName: string }[]; name: string }[];
}
type Counts = Pick<Result, 'passed' | 'failed' | 'skipped'>;

/** Runs a check; its output goes to a file if `logFile` is given. One that leaves no numbers counts as one failure. */
export async function runCheck(check: Check, { env, node }: Platform, root: string, logFile: string): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'quantum-compat-'));
  const counts = join(folder, 'counts.json');
  try {
    const child = spawn(node, check.args(counts), {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    await writeFile(logFile, Buffer.concat(output));
    const found = await readFile(counts, 'utf8').then(resultOf, () => ({ passed: 0, failed: 0, skipped: 0, failures: [] })); // prettier-ignore
    const isSilent = found.failed === 0 && (code !== 0 || found.passed === 0);
    return { check: check.name, ...found, failed: isSilent ? 1 : found.failed };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The numbers of jest's report, or of our own count file. */
export function resultOf(text: string): Omit<Result, 'check'> {
  const report = JSON.parse(text) as JestReport | Counts;
  if (!('testResults' in report)) return { ...report, failures: [] };
  const failures = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests, failures };
}
