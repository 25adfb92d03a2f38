import { systemClock } from '@quantum/clock';
import type { Logger } from './logger.js';

/** A failure that lasts is logged again at most this often, ms. */
export const REMINDER_MS = 60_000;

/** Answers true the first time, and then at most once a minute. `nowMs` never goes back. */
export function atMostOnceAMinute(nowMs: () => number = systemClock.steadyMs): () => boolean {
  let lastMs = -Infinity;
  return () => {
    if (nowMs() - lastMs < REMINDER_MS) return false;
    lastMs = nowMs();
    return true;
  };
}

/**
 * Logs changes between working and failing, not attempts: one line when a failure begins, one a minute with the latest
 * error while it lasts, one when it ends. A Redis that is away for 30 s fails 150 attempts and gives two lines.
 */
export class FailureLog {
  readonly #logger: Logger;
  readonly #nowMs: () => number;
  #state: 'unknown' | 'working' | 'failing' = 'unknown';
  #isDue: () => boolean = () => true;

  constructor(logger: Logger, nowMs: () => number = systemClock.steadyMs) {
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  /** An attempt failed. True if that was logged. */
  failed(error: Error, message: string): boolean {
    if (this.#state !== 'failing') this.#isDue = atMostOnceAMinute(this.#nowMs);
    this.#state = 'failing';
    if (!this.#isDue()) return false;
    this.#logger.error({ err: error }, message);
    return true;
  }

  /** An attempt succeeded: `message` is logged after a failure, and after the start unless `quietStart`. */
  succeeded(message: string, { quietStart = false } = {}): void {
    if (this.#state === 'failing' || (this.#state === 'unknown' && !quietStart)) this.#logger.info(message);
    this.#state = 'working';
  }
}
