import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** A service that was asked to end may take so long before it is killed. */
const TERM_GRACE_MS = 6_000;
const SHOWN_LOG_LINES = 15;

export interface ServiceOptions {
  name: string;
  /** The built bundle. */
  mainFile: string;
  /** Variables on top of this process's own, so that `P31_MIN_CONF=0.8 npm start` does what it says. */
  env: Readonly<Record<string, string>>;
  /** Standard output and error go here. */
  logFile: string;
}

/** A service as a process of its own. */
export interface Service {
  readonly name: string;
  /** How it ended, undefined while it runs. */
  readonly ended: string | undefined;
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;
  /** SIGTERM, after 6 s SIGKILL; resolves when the process is gone. */
  stop(): Promise<void>;
  /** For the end of this process, when nothing can be awaited any longer. */
  kill(): void;
  lastLogLines(): Promise<string>;
}

export function startService({ name, mainFile, env, logFile }: ServiceOptions): Service {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [mainFile], {
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let ended: string | undefined;
  const exited = Promise.race([
    once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
      ended = typeof signal === 'string' ? `ended by ${signal}` : `exited with code ${String(code)}`;
    }),
    once(child, 'error').then(([error]) => {
      ended = `could not be started: ${(error as Error).message}`;
    }),
  ]);
  return {
    name,
    get ended() {
      return ended;
    },
    exited,
    async stop() {
      if (ended !== undefined) return;
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), TERM_GRACE_MS);
      await exited;
      clearTimeout(impatience);
    },
    kill() {
      child.kill('SIGKILL');
    },
    async lastLogLines() {
      const text = await readFile(logFile, 'utf8').catch(() => '');
      return text.trimEnd().split('\n').slice(-SHOWN_LOG_LINES).join('\n');
    },
  };
}
