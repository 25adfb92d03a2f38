import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** A service that was asked to end may take so long before it is killed. */
const TERM_GRACE_MS = 6000;
const SHOWN_LOG_LINES = 12;

/** A built service as a process of its own. */
export interface ServiceProcess {
  readonly name: string;
  readonly pid: number;
  /** How it ended, undefined while it runs. */
  readonly ended: string | undefined;
  /** SIGTERM, after 6 s SIGKILL; resolves when the process is gone. */
  stop: () => Promise<void>;
  /** For the end of this process, when nothing can be awaited any longer. */
  kill: () => void;
  lastLogLines: () => Promise<string>;
}

const GUARD = ['--pdeathsig', 'KILL'];
/** With util-linux at hand the kernel itself ends a service with us, however we die. */
const guardWorks = (): boolean => spawnSync('setpriv', [...GUARD, 'true']).status === 0;

/** Starts a bundle with this environment and nothing else but PATH. Its output goes to `logFile`. */
export function startProcess(
  name: string,
  mainFile: string,
  env: Readonly<Record<string, string>>,
  logFile: string,
): ServiceProcess {
  const log = openSync(logFile, 'a');
  const command = [process.execPath, mainFile] as const;
  const [program, ...args] = guardWorks() ? (['setpriv', ...GUARD, ...command] as const) : command;
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let ended: string | undefined;
  const exited = Promise.race([
    once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
      ended = typeof signal === 'string' ? `was ended by ${signal}` : `exited with code ${String(code)}`;
    }),
    once(child, 'error').then(([error]) => {
      ended = `could not be started: ${(error as Error).message}`;
    }),
  ]);
  return {
    name,
    pid: child.pid ?? 0,
    get ended() {
      return ended;
    },
    stop: async () => {
      if (ended !== undefined) return;
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), TERM_GRACE_MS);
      await exited;
      clearTimeout(impatience);
    },
    kill: () => {
      child.kill('SIGKILL');
    },
    lastLogLines: async () => {
      const text = await readFile(logFile, 'utf8').catch(() => '');
      return text.trimEnd().split('\n').slice(-SHOWN_LOG_LINES).join('\n');
    },
  };
}
