import { spawn } from 'node:child_process';
import { systemClock } from '@quantum/clock';
import { parseNumber } from '@quantum/redis-schemas';
import { atMostOnceAMinute, redact, type Environment } from '@quantum/service-kit';

/**
 * Tells systemd how the service is. Every call returns at once and never throws; outside of systemd it does nothing.
 */
export interface SystemdNotifier {
  /**
   * Within how many milliseconds {@link progress} must be called again: half of WATCHDOG_USEC. Undefined: no watchdog.
   */
  readonly watchdogIntervalMs: number | undefined;
  /** The service has started (`Type=notify`). */
  ready(status?: string): void;
  stopping(): void;
  /** One line for `systemctl status`, without secrets. The same line again, or an overtaken one, is not sent. */
  status(line: string): void;
  /**
   * To be called by the service's loop whenever it got on: an attempt that failed, but ended within its timeout,
   * counts. Feeds the watchdog, at most once per half of `watchdogIntervalMs`, so it may be called as often as one
   * likes.
   */
  progress(): void;
  /** Resolves when everything said so far was handed over. */
  settled(): Promise<void>;
}

export interface SystemdOptions {
  /** Called when systemd-notify cannot be run or fails, at most once a minute. */
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

/** Runs `systemd-notify`; resolves when it has ended, to what went wrong, if anything did. */
function notify(env: Environment, message: readonly string[]): Promise<Error | undefined> {
  return new Promise((resolve) => {
    try {
      const child = spawn('systemd-notify', message, {
        env: { ...env },
        stdio: 'ignore',
        signal: AbortSignal.timeout(NOTIFY_TIMEOUT_MS),
        killSignal: 'SIGKILL',
      });
      // One that could not be started has no exit; one that is killed has one, and until then it still runs.
      child.once('error', (error) => {
        if (child.pid === undefined) resolve(error);
      });
      child.once('exit', (code, signal) => {
        resolve(code === 0 ? undefined : new Error(`systemd-notify ended with ${String(code ?? signal)}`));
      });
    } catch (error) {
      resolve(error as Error);
    }
  });
}

/**
 * What waits while systemd-notify runs. The watchdog goes first: a manager that takes seconds for each message must not
 * let it starve. Of several statuses the newest is kept; the rest stays in order, READY=1 before STOPPING=1.
 */
class Outbox {
  #isWatchdogDue = false;
  #messages: { isStatus: boolean; message: readonly string[] }[] = [];

  feedWatchdog(): void {
    this.#isWatchdogDue = true;
  }

  add(message: readonly string[]): void {
    this.#messages.push({ isStatus: false, message });
  }

  setStatus(message: string): void {
    this.#messages = this.#messages.filter(({ isStatus }) => !isStatus);
    this.#messages.push({ isStatus: true, message: [message] });
  }

  next(): readonly string[] | undefined {
    if (!this.#isWatchdogDue) return this.#messages.shift()?.message;
    this.#isWatchdogDue = false;
    return ['WATCHDOG=1'];
  }
}

/**
 * Speaks to systemd when NOTIFY_SOCKET is set, through the program `systemd-notify`: Node has no datagram sockets on
 * unix paths. That program is a process of its own, hence the unit needs `NotifyAccess=all`. At most one of them runs
 * at a time.
 */
export function createSystemdNotifier(env: Environment, options: SystemdOptions = {}): SystemdNotifier {
  const { onError, nowMs = systemClock.steadyMs } = options;
  const active = Boolean(env['NOTIFY_SOCKET']);
  const watchdogIntervalMs = active ? watchdogInterval(env) : undefined;
  const outbox = new Outbox();
  const isErrorDue = atMostOnceAMinute(nowMs);
  let sending: Promise<void> | undefined;
  let lastStatus: string | undefined;
  let fedMs = -Infinity;

  const sendAll = async (): Promise<void> => {
    for (let message = outbox.next(); message; message = outbox.next()) {
      const error = await notify(env, message);
      if (error && isErrorDue()) onError?.(error);
    }
    sending = undefined;
  };
  /** Puts something into the outbox and has it sent. */
  const send = (put: () => void): void => {
    if (!active) return;
    put();
    sending ??= sendAll();
  };
  const oneLine = (line: string): string => `STATUS=${redact(line).replace(/[\0\r\n]+/g, ' ')}`;

  return {
    watchdogIntervalMs,
    ready: (status) => {
      lastStatus = status;
      send(() => {
        outbox.add(['READY=1', ...(status === undefined ? [] : [oneLine(status)])]);
      });
    },
    stopping: () => {
      send(() => {
        outbox.add(['STOPPING=1']);
      });
    },
    status: (line) => {
      if (line === lastStatus) return;
      lastStatus = line;
      send(() => {
        outbox.setStatus(oneLine(line));
      });
    },
    progress: () => {
      if (watchdogIntervalMs === undefined) return;
      // Half of it: progress as rare as the interval itself still feeds the watchdog well before its time is up.
      if (nowMs() - fedMs < watchdogIntervalMs / 2) return;
      fedMs = nowMs();
      send(() => {
        outbox.feedWatchdog();
      });
    },
    settled: () => sending ?? Promise.resolve(),
  };
}
