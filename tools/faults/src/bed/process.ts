import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

/** A service that was asked to end may take so long before it is killed, ms. */
const TERM_GRACE_MS = 6000;

/** A built service as a process of its own. */
export interface Process {
  readonly pid: number;
  /** How it ended, undefined while it runs. */
  readonly ended: string | undefined;
  /** SIGKILL; resolves when it is gone. */
  kill: () => Promise<void>;
  /** SIGSTOP: it is given no time, its connections stay open, until `resume`. */
  pause: () => void;
  resume: () => void;
  /** SIGTERM, after 6 s SIGKILL; resolves to how it ended. */
  stop: () => Promise<string>;
}

const GUARD = ['--pdeathsig', 'KILL'];
let guardWorks: boolean | undefined;

/** Starts a bundle with this environment and PATH, nothing else. With util-linux at hand it cannot outlive us. */
export function startProcess(mainFile: string, env: Readonly<Record<string, string>>, logFile: string): Process {
  guardWorks ??= spawnSync('setpriv', [...GUARD, 'true']).status === 0;
  const log = openSync(logFile, 'a');
  const command = [process.execPath, mainFile] as const;
  const [program, ...args] = guardWorks ? (['setpriv', ...GUARD, ...command] as const) : command;
  const child = spawn(program, args, { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', log, log] });
  closeSync(log);
  let ended: string | undefined;
  const exited = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
    ended = typeof signal === 'string' ? signal : `code ${String(code)}`;
    return ended;
  });
  return {
    pid: child.pid ?? 0,
    get ended() {
      return ended;
    },
    pause() {
      child.kill('SIGSTOP');
    },
    resume() {
      child.kill('SIGCONT');
    },
    async kill() {
      if (ended === undefined) child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      if (ended !== undefined) return ended;
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), TERM_GRACE_MS);
      const how = await exited;
      clearTimeout(impatience);
      return how;
    },
  };
}
