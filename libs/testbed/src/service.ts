import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, type Answer } from './ask.js';
import { endText, startProcess, type Process } from './process.js';

const POLL_MS = 10;
const LOG_LINES = 15;
/** Levels at which a service does not log its address. */
const QUIETER_THAN_INFO: readonly string[] = ['warn', 'error', 'fatal', 'silent'];

export interface ServiceOptions {
  /** For messages. */
  name: string;
  /** The built bundle. */
  mainFile: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Its standard output and error are appended here. No other running process may write to it. */
  logFile: string;
}

/** A built service in a process of its own, on a port that it chose itself. */
export interface Service extends Process {
  readonly name: string;
  /** Base URL of /metrics, /healthz and /readyz; undefined until the service has logged it. */
  readonly url: string | undefined;
  /** Resolves when it listens. @throws Error, with its last log lines, if it ended before. */
  listening: () => Promise<string>;
  /** /readyz: the reason if it is not ready, undefined if it is. @throws Error without a response. */
  notReady: () => Promise<string | undefined>;
  /** The text of /metrics. @throws Error without a response. */
  metrics: () => Promise<string>;
  lastLogLines: () => Promise<string>;
}

/** Lets a service bind a free port of 127.0.0.1 and log it: a port chosen in advance may be taken by then. */
export function portZero(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const level = env['LOG_LEVEL'];
  return {
    ...env,
    METRICS_HOST: '127.0.0.1',
    METRICS_PORT: '0',
    CONSOLE_HOST: '127.0.0.1',
    CONSOLE_PORT: '0', // of the console; the others do not read it
    ...(level !== undefined && QUIETER_THAN_INFO.includes(level) && { LOG_LEVEL: 'info' }),
  };
}

/** The address in a log line with which a service reports that it listens. */
export const announcedUrl = (line: string): string | undefined =>
  /^\{.*"(?:url|metrics)":"(http:\/\/[\d.:]+)"/.exec(line)?.[1];

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Starts a service on a port of its own choice. Returns at once: {@link Service.listening} waits for its address. */
export function startService({ name, mainFile, env, logFile }: ServiceOptions): Service {
  const start = sizeOf(logFile);
  const running = startProcess({ mainFile, env: portZero(env), output: { file: logFile } });
  const log = (): Promise<Buffer> => readFile(logFile).catch(() => Buffer.alloc(0));
  const linesOf = (bytes: Buffer): string[] => bytes.toString('utf8', start).trimEnd().split('\n');
  const lastLogLines = async (): Promise<string> =>
    linesOf(await log())
      .slice(-LOG_LINES)
      .join('\n');
  let url: string | undefined;
  let bytesSeen = start;
  const found = (async () => {
    while (url === undefined && running.ended === undefined) {
      await Promise.race([delay(POLL_MS, undefined, { ref: false }), running.exited]);
      if (sizeOf(logFile) === bytesSeen) continue;
      const bytes = await log();
      bytesSeen = bytes.length;
      url = linesOf(bytes)
        .map(announcedUrl)
        .find((one) => one !== undefined);
    }
  })();
  const answer = async (path: string): Promise<Answer & { status: number }> => {
    if (url === undefined) throw new Error(`${name} has not said yet where it listens`);
    const { status, text } = await ask(url, path);
    if (status === undefined) throw new Error(`${name} does not answer: ${text}`);
    return { status, text };
  };
  return {
    ...running,
    get ended() {
      return running.ended;
    },
    name,
    get url() {
      return url;
    },
    listening: async () => {
      await found;
      if (url !== undefined) return url;
      throw new Error(`${name} ${endText(await running.exited)}; its last log lines:\n${await lastLogLines()}`);
    },
    notReady: async () => {
      const { status, text } = await answer('/readyz');
      return status === 200 ? undefined : `${status} ${text.trim()}`;
    },
    metrics: async () => (await answer('/metrics')).text,
    lastLogLines,
  };
}
