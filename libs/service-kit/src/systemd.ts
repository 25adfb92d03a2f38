import { spawn } from 'node:child_process';
import { parseNumber } from '@quantum/redis-schemas';
import type { Environment } from './load-config.js';
import { steadyClock } from './ticker.js';

/** Tells systemd how the service is. Every call returns at once and never throws; outside of systemd it does nothing. */
export interface SystemdNotifier {
  /** Within how many milliseconds {@link progress} must be called again: half of WATCHDOG_USEC. Undefined: no watchdog. */
  readonly watchdogIntervalMs: number | undefined;
  /** The service has started (`Type=notify`). */
  ready(status?: string): void;
  /** The service is stopping. */
  stopping(): void;
  /** One line for `systemctl status`; the same line again is not sent. */
  status(line: string): void;
  /**
   * To be called by the service's loop whenever it got on: an attempt that failed, but ended within its timeout, counts.
   * Feeds the watchdog, at most once per half of `watchdogIntervalMs`, so it may be called as often as one likes.
   */
  progress(): void;
  /** Resolves when everything said so far was handed over. */
  settled(): Promise<void>;
}

export interface SystemdOptions {
  /** Told when systemd-notify cannot be run or fails. */
  readonly onError?: (error: Error) => void;
  /** Milliseconds, never going back. */
  readonly nowMs?: () => number;
}

/** A manager that does not answer must not let children pile up. */
const NOTIFY_TIMEOUT_MS = 5000;

function watchdogInterval(env: Environment): number | undefined {
  const usec = parseNumber(env['WATCHDOG_USEC']);
  const pid = parseNumber(env['WATCHDOG_PID']);
  if (usec === undefined || usec <= 0 || (pid !== undefined && pid !== process.pid)) return undefined;
  return usec / 2 / 1000;
}

/** Runs `systemd-notify`; resolves to what went wrong, if anything did. */
function notify(env: Environment, message: readonly string[]): Promise<Error | undefined> {
  return new Promise((resolve) => {
    try {
      const child = spawn('systemd-notify', message, {
        env: { ...env },
        stdio: 'ignore',
        signal: AbortSignal.timeout(NOTIFY_TIMEOUT_MS),
      });
      child.once('error', resolve);
      child.once('exit', (code, signal) => {
        resolve(code === 0 ? undefined : new Error(`systemd-notify ended with ${String(code ?? signal)}`));
      });
    } catch (error) {
      resolve(error as Error);
    }
  });
}

/**
 * Speaks to systemd when NOTIFY_SOCKET is set, through the program `systemd-notify`: Node has no datagram sockets on unix
 * paths. That program is a process of its own, hence the unit needs `NotifyAccess=all`.
 */
export function createSystemdNotifier(env: Environment, options: SystemdOptions = {}): SystemdNotifier {
  const { onError, nowMs = steadyClock.now } = options;
  const active = Boolean(env['NOTIFY_SOCKET']);
  const watchdogIntervalMs = active ? watchdogInterval(env) : undefined;
  let queue: Promise<void> = Promise.resolve();
  let lastStatus: string | undefined;
  let fedMs = -Infinity;

  // One after the other: READY=1 and STOPPING=1 must not overtake each other.
  const send = (...message: string[]): void => {
    if (!active) return;
    queue = queue.then(async () => {
      const error = await notify(env, message);
      if (error) onError?.(error);
    });
  };
  const oneLine = (line: string): string => `STATUS=${line.replace(/[\0\r\n]+/g, ' ')}`;

  return {
    watchdogIntervalMs,
    ready: (status) => {
      lastStatus = status;
      send('READY=1', ...(status === undefined ? [] : [oneLine(status)]));
    },
    stopping: () => {
      send('STOPPING=1');
    },
    status: (line) => {
      if (line === lastStatus) return;
      lastStatus = line;
      send(oneLine(line));
    },
    progress: () => {
      if (watchdogIntervalMs === undefined) return;
      // Half of it: progress as rare as the interval itself still feeds the watchdog well before its time is up.
      if (nowMs() - fedMs < watchdogIntervalMs / 2) return;
      fedMs = nowMs();
      send('WATCHDOG=1');
    },
    settled: () => queue,
  };
}
