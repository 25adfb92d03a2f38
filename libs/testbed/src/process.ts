import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';

/** Grace period before a process that was asked to end is killed, ms. */
const TERM_GRACE_MS = 6000;

/** Where a process writes: both streams to a file, to our output or to pipes, or stdout to an open file. */
export type Output = { file: string } | { stdout: number } | 'inherit' | 'pipe';

export interface ProcessOptions {
  mainFile: string;
  args?: readonly string[];
  /** Arguments of node itself. */
  nodeArgs?: readonly string[];
  /** The whole environment; PATH is ours unless it is given. */
  env: Readonly<Record<string, string | undefined>>;
  output: Output;
}

/** How a process ended. `error` is set if it could not be started. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  error?: string;
}

/** A Node program in a process of its own. */
export interface Process {
  readonly pid: number;
  /** How it ended, in words; undefined while it runs. */
  readonly ended: string | undefined;
  /** Resolves when it has ended and its pipes are read to the end. */
  readonly exited: Promise<ProcessEnd>;
  /** Standard output and standard error, if these are pipes. */
  readonly pipes: readonly [stdout: Readable, stderr: Readable] | undefined;
  /** Sends a signal unless it has ended. */
  signal: (name: NodeJS.Signals) => void;
  /** SIGSTOP: it gets no CPU time and its connections stay open, until `resume`. */
  pause: () => void;
  resume: () => void;
  /** SIGKILL. */
  kill: () => Promise<ProcessEnd>;
  /** SIGTERM, and SIGKILL after `graceMs`. Resumes a paused process first. */
  stop: (graceMs?: number) => Promise<ProcessEnd>;
}

/** How a process ended, as text that follows its name. */
export function endText({ code, signal, error }: ProcessEnd): string {
  if (error !== undefined) return `could not be started: ${error}`;
  return signal === null ? `exited with code ${String(code)}` : `ended by ${signal}`;
}

/** Starts a program that ends with this process: by the kernel with util-linux, else by the event `exit`. */
export function startProcess({ mainFile, args = [], nodeArgs = [], env, output }: ProcessOptions): Process {
  const [program = '', ...rest] = [...guard(), process.execPath, ...nodeArgs, mainFile, ...args];
  const file = typeof output === 'object' && 'file' in output ? openSync(output.file, 'a') : undefined;
  const child = spawn(program, rest, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', ...streamsOf(output, file)],
  });
  if (file !== undefined) closeSync(file);
  endWithThisProcess(child);

  let ended: string | undefined;
  const exited = endOf(child).then((end) => {
    ended = endText(end);
    return end;
  });
  const signal = (name: NodeJS.Signals): void => {
    if (ended === undefined) child.kill(name);
  };
  return {
    pid: child.pid ?? 0,
    get ended() {
      return ended;
    },
    exited,
    pipes: child.stdout && child.stderr ? [child.stdout, child.stderr] : undefined,
    signal,
    pause: () => {
      signal('SIGSTOP');
    },
    resume: () => {
      signal('SIGCONT');
    },
    kill: () => {
      signal('SIGKILL');
      return exited;
    },
    stop: async (graceMs = TERM_GRACE_MS) => {
      signal('SIGTERM');
      signal('SIGCONT');
      const impatience = setTimeout(() => {
        signal('SIGKILL');
      }, graceMs);
      const end = await exited;
      clearTimeout(impatience);
      return end;
    },
  };
}

let guardCommand: readonly string[] | undefined;
/** `setpriv` by its path, since `spawn` searches the program's PATH for a bare name. Empty if it does not work. */
const guard = (): readonly string[] =>
  (guardCommand ??=
    (process.env['PATH'] ?? '')
      .split(delimiter)
      .map((folder) => [join(folder, 'setpriv'), '--pdeathsig', 'KILL'])
      .find(([program = '', ...rest]) => spawnSync(program, [...rest, 'true']).status === 0) ?? []);

function streamsOf(
  output: Output,
  file: number | undefined,
): [number | 'pipe' | 'inherit', number | 'pipe' | 'inherit'] {
  if (file !== undefined) return [file, file];
  if (typeof output !== 'object') return [output, output];
  return ['stdout' in output ? output.stdout : 'inherit', 'inherit'];
}

async function endOf(child: ChildProcess): Promise<ProcessEnd> {
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  try {
    const [code, signal] = await closed;
    return { code, signal };
  } catch (error) {
    return { code: null, signal: null, error: (error as Error).message };
  }
}

const running = new Set<ChildProcess>();

/** One listener for all children of this process. */
function endWithThisProcess(child: ChildProcess): void {
  if (running.size === 0) process.on('exit', killAll);
  running.add(child);
  const forget = (): void => {
    running.delete(child);
    if (running.size === 0) process.off('exit', killAll);
  };
  child.once('exit', forget);
  child.once('error', forget);
}

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}
