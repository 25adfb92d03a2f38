import type { Readiness } from '@quantum/metrics';
import type { Logger, SystemdNotifier } from '@quantum/service-kit';

/** A round that has not ended for this long counts as stuck, ms: several times what a read may wait. */
const STUCK_MS = 10_000;

/** Whether the loop gets on, for probes, systemd and the log. */
export class Health {
  readonly #logger: Logger;
  readonly #notifier: SystemdNotifier;
  #lastRoundMs: number | undefined;
  #failure: string | undefined = 'Redis has not answered yet';
  #told = false;

  constructor(logger: Logger, notifier: SystemdNotifier) {
    this.#logger = logger;
    this.#notifier = notifier;
  }

  /** A round of the loop ended well. */
  roundEnded(): void {
    if (this.#failure !== undefined) this.#logger.info('serving plans');
    this.#failure = undefined;
    this.#lastRoundMs = performance.now();
    this.#progress('serving plans');
  }

  /** An attempt failed, but ended: the process is alive, its Redis is not. Logged when the reason changes. */
  failed(error: Error): void {
    const reason = error.message === '' ? error.name : error.message;
    if (reason !== this.#failure) this.#logger.error({ err: error }, 'cannot serve plans');
    this.#failure = reason;
    this.#progress(`waiting for Redis: ${reason}`);
  }

  stopping(): void {
    this.#failure = 'stopping';
    this.#notifier.stopping();
  }

  readiness(): Readiness {
    if (this.#failure !== undefined) return { ready: false, reason: this.#failure };
    const idleMs = performance.now() - (this.#lastRoundMs ?? 0);
    if (idleMs > STUCK_MS) return { ready: false, reason: `the last poll ended ${Math.round(idleMs / 1000)} s ago` };
    return { ready: true };
  }

  #progress(status: string): void {
    if (this.#told) this.#notifier.status(status);
    else this.#notifier.ready(status);
    this.#told = true;
    this.#notifier.progress();
  }
}
