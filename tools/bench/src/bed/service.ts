import { spawn, spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { cpuSecOf, memoryMbOf } from './proc.js';

const LINE_TIMEOUT_MS = 120_000;
const TERM_GRACE_MS = 10_000;

/** A log line, parsed. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A built service as a process of its own. */
export interface Service {
  pid: number;
  /** From before its start, `performance.now()`. */
  startMs: number;
  /** The next line from now on with this message. */
  nextLine: (message: string) => Promise<LogLine>;
  /** Resolves with the time, `performance.now()`, at which /readyz answered 200. */
  ready: () => Promise<number>;
  /** The text of /metrics. */
  metrics: () => Promise<string>;
  rssMb: () => number;
  /** The most that it ever was, MB. */
  peakRssMb: () => number;
  cpuSec: () => number;
  /** Takes it off the cores, between its turns. */
  freeze: () => void;
  thaw: () => void;
  stop: () => Promise<void>;
}

export interface ServiceOptions {
  mainFile: string;
  env: Readonly<Record<string, string>>;
  nodeArgs?: readonly string[];
}

const GUARD = ['--pdeathsig', 'KILL'];
let guardWorks: boolean | undefined;

/** Starts a bundle with this environment and PATH, nothing else. With util-linux at hand it cannot outlive us. */
export async function startService({ mainFile, env, nodeArgs = [] }: ServiceOptions): Promise<Service> {
  guardWorks ??= spawnSync('setpriv', [...GUARD, 'true']).status === 0;
  const port = await freePort();
  const command = [process.execPath, ...nodeArgs, mainFile];
  const [program = '', ...args] = guardWorks ? ['setpriv', ...GUARD, ...command] : command;
  const startMs = performance.now();
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], METRICS_PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid ?? 0;
  let ended = false;
  const exited = once(child, 'exit').then(() => {
    ended = true;
    lines.emit('error', new Error(`${mainFile} ended; it said last:\n${lastWords.join('\n')}`));
  });
  const lines = new EventEmitter();
  lines.on('error', () => undefined);
  const lastWords: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (text) => {
      lastWords.push(text);
      if (lastWords.length > 10) lastWords.shift();
      const line = parsed(text);
      if (typeof line['msg'] === 'string') lines.emit(`msg:${line['msg']}`, line);
    });
  }
  const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
  const signal = (name: NodeJS.Signals): void => {
    if (!ended) child.kill(name);
  };
  return {
    pid,
    startMs,
    nextLine: async (message) => {
      const [line] = (await once(lines, `msg:${message}`, { signal: AbortSignal.timeout(LINE_TIMEOUT_MS) })) as [
        LogLine,
      ];
      return line;
    },
    ready: async () => {
      for (;;) {
        const status = await ask('/readyz').then(
          async (response) => (await response.text(), response.status),
          () => 0,
        );
        if (status === 200) return performance.now();
        if (ended) throw new Error(`${mainFile} ended; it said last:\n${lastWords.join('\n')}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    metrics: async () => (await ask('/metrics')).text(),
    rssMb: () => memoryMbOf(pid, 'VmRSS'),
    peakRssMb: () => memoryMbOf(pid, 'VmHWM'),
    cpuSec: () => cpuSecOf(pid),
    freeze: () => {
      signal('SIGSTOP');
    },
    thaw: () => {
      signal('SIGCONT');
    },
    stop: async () => {
      signal('SIGCONT');
      signal('SIGTERM');
      const impatience = setTimeout(() => {
        signal('SIGKILL');
      }, TERM_GRACE_MS);
      await exited;
      clearTimeout(impatience);
    },
  };
}

function parsed(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return {};
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  return port;
}
