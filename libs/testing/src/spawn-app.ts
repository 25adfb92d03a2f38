import { afterAll } from '@jest/globals';
import { readLines, startProcess, type Process, type ProcessEnd } from '@quantum/testbed';

const LINE_TIMEOUT_MS = 60_000;

/** How a process ended: with a code, or by a signal. */
export interface AppExit extends ProcessEnd {
  /** Since its start. */
  durationMs: number;
}

/** A program that runs as a process of its own. */
export interface SpawnedApp {
  pid: number;
  /** Lines so far. */
  stdout: readonly string[];
  stderr: readonly string[];
  /**
   * Resolves with the first line of either stream that matches, also an earlier one. Rejects when none can arrive any
   * more.
   */
  waitForLine: (pattern: RegExp, timeoutMs?: number) => Promise<string>;
  /** Sends a signal (SIGTERM) unless it has ended, and waits for the end. */
  stop: (signal?: NodeJS.Signals) => Promise<AppExit>;
  /** Resolves when it has ended and its output is read to the end. */
  exit: Promise<AppExit>;
}

const started = new Set<Process>();

// At the top of the module, and so of the test file that imports it: no process outlives its file.
afterAll(async () => {
  await Promise.all([...started].map((app) => app.kill()));
});

/**
 * Runs a built app with node. Its environment is `env` and PATH and nothing else, whatever environment the tests have.
 * It is killed after the file's last test if it still runs.
 */
export function spawnApp(mainFile: string, env: Record<string, string> = {}, args: readonly string[] = []): SpawnedApp {
  const startMs = performance.now();
  const app = startProcess({ mainFile, args, env, output: 'pipe' });
  const exit = app.exited.then((end) => ({ ...end, durationMs: performance.now() - startMs }));
  started.add(app);
  const { stdout, stderr, waitFor } = readLines(app);
  return {
    pid: app.pid,
    stdout,
    stderr,
    waitForLine: (pattern, timeoutMs = LINE_TIMEOUT_MS) =>
      waitFor((line) => (line.search(pattern) >= 0 ? line : undefined), {
        what: `matches ${String(pattern)}`,
        timeoutMs,
      }),
    stop: (signal = 'SIGTERM') => {
      app.signal(signal);
      return exit;
    },
    exit,
  };
}
