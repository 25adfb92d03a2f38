import { parseJson } from '@quantum/redis-schemas';
import { announcedUrl, ask, poll, portZero, readLines, startProcess, type Process } from '@quantum/testbed';
import { cpuSecOf, memoryMbOf } from './proc.js';

const LINE_TIMEOUT_MS = 120_000;
const START_TIMEOUT_MS = 120_000;
/** Longer than a service takes: a profiled one writes its profile when it ends. */
const TERM_GRACE_MS = 10_000;

type LogLine = Readonly<Record<string, unknown>>;

/** It is paused between its passes, so that it uses no CPU. */
export interface Service extends Pick<Process, 'pid' | 'pause' | 'resume'> {
  /** Time before its start, `performance.now()`. */
  startMs: number;
  /** The next line from now on with this message. */
  nextLine: (message: string) => Promise<LogLine>;
  /** Resolves with the time, `performance.now()`, at which /readyz answered 200. */
  ready: () => Promise<number>;
  metrics: () => Promise<string>;
  rssMb: () => number;
  /** Peak memory, MB. */
  peakRssMb: () => number;
  cpuSec: () => number;
  stop: () => Promise<unknown>;
}

export interface ServiceOptions {
  mainFile: string;
  env: Readonly<Record<string, string>>;
  nodeArgs?: readonly string[];
}

/** Starts a bundle with this environment and PATH, nothing else. */
export function startService({ mainFile, env, nodeArgs = [] }: ServiceOptions): Promise<Service> {
  const startMs = performance.now();
  const running: Process = startProcess({ mainFile, nodeArgs, env: portZero(env), output: 'pipe' });
  const { pid } = running;
  const lines = readLines(running);
  const listening = lines.waitFor(announcedUrl, { what: 'says where it listens', timeoutMs: START_TIMEOUT_MS });
  listening.catch(() => undefined); // the caller handles the rejection
  return Promise.resolve({
    pid,
    startMs,
    nextLine: (message) =>
      lines.waitFor((text) => lineOf(text, message), {
        what: `with the message ${message}`,
        timeoutMs: LINE_TIMEOUT_MS,
        fromNow: true,
      }),
    ready: async () => {
      const url = await listening;
      const isReady = async (): Promise<boolean> => (await ask(url, '/readyz')).status === 200;
      await poll(async () => (await isReady()) || running.ended !== undefined, {
        timeoutMs: START_TIMEOUT_MS,
        everyMs: 2,
      });
      const nowMs = performance.now();
      if (!(await isReady())) throw new Error(`${mainFile} ${running.ended ?? 'is not ready'}`);
      return nowMs;
    },
    metrics: async () => (await ask(await listening, '/metrics')).text,
    rssMb: () => memoryMbOf(pid, 'VmRSS'),
    peakRssMb: () => memoryMbOf(pid, 'VmHWM'),
    cpuSec: () => cpuSecOf(pid),
    pause: running.pause,
    resume: running.resume,
    stop: () => running.stop(TERM_GRACE_MS),
  });
}

function lineOf(text: string, message: string): LogLine | undefined {
  if (!text.includes(message)) return undefined;
  const line = parseJson(text) as LogLine | undefined;
  return line?.['msg'] === message ? line : undefined;
}
