import { afterAll } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const LINE_TIMEOUT_MS = 10_000;
const LINES_SHOWN = 20;

/** How a process ended: with a code, or by a signal. */
export interface AppExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** From its start. */
  durationMs: number;
}

/** A program that runs as a process of its own. */
export interface SpawnedApp {
  pid: number;
  /** Lines so far. */
  stdout: readonly string[];
  stderr: readonly string[];
  /** Resolves with the first line of either stream that matches, also one that is past. Rejects when it cannot come. */
  waitForLine: (pattern: RegExp, timeoutMs?: number) => Promise<string>;
  /** Sends a signal (SIGTERM) unless it ended already, and waits for the end. */
  stop: (signal?: NodeJS.Signals) => Promise<AppExit>;
  /** Resolves when it ended and its output was read to the end. */
  exit: Promise<AppExit>;
}

const running = new Map<ChildProcess, Promise<AppExit>>();

// At the top of the module, and so of the test file that imports it: no process outlives its file.
afterAll(async () => {
  for (const child of running.keys()) child.kill('SIGKILL');
  await Promise.all(running.values());
});

/**
 * Runs a built app with node. Its environment is `env` and PATH and nothing else, whatever the tests themselves run in.
 * It is killed after the file's last test if it still runs.
 */
export function spawnApp(mainJs: string, env: Record<string, string> = {}, args: readonly string[] = []): SpawnedApp {
  const startMs = performance.now();
  const child = spawn(process.execPath, [mainJs, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<AppExit>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, durationMs: performance.now() - startMs });
    });
  });
  running.set(child, exit);
  return {
    pid: child.pid ?? 0,
    ...readLines(child.stdout, child.stderr, exit),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exit;
    },
    exit,
  };
}

type Output = Pick<SpawnedApp, 'stdout' | 'stderr' | 'waitForLine'>;

function readLines(out: Readable, err: Readable, exit: Promise<AppExit>): Output {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const all: string[] = [];
  const news = new EventEmitter();
  let ended: AppExit | undefined;
  const collect = (input: Readable, lines: string[]) => {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      all.push(line);
      news.emit('any');
    });
  };
  collect(out, stdout);
  collect(err, stderr);
  void exit.then((how) => {
    ended = how;
    news.emit('any');
  });

  async function waitForLine(pattern: RegExp, timeoutMs = LINE_TIMEOUT_MS): Promise<string> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const failure = (why: string) =>
      new Error(`no line matches ${String(pattern)}: ${why}; the last lines:\n${all.slice(-LINES_SHOWN).join('\n')}`);
    for (;;) {
      const found = all.find((line) => line.search(pattern) >= 0);
      if (found !== undefined) return found;
      if (ended) throw failure(`the process ended with ${ended.signal ?? `code ${ended.code ?? '?'}`}`);
      await once(news, 'any', { signal: timeout }).catch(() => {
        throw failure(`waited ${timeoutMs} ms`);
      });
    }
  }
  return { stdout, stderr, waitForLine };
}
