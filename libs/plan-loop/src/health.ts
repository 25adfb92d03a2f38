import type { Clock } from '@quantum/clock';
import type { Readiness } from '@quantum/metrics';
import { isReplyError } from '@quantum/redis-io';
import type { SystemdNotifier } from '@quantum/service-host';
import { FailureLog, redact, type Logger } from '@quantum/service-kit';

/** A round that has not ended for this long counts as stuck, ms: several times what a read may wait. */
const STUCK_MS = 10_000;

/** Whether the loop gets on, for probes, systemd and the log. */
export class Health {
  readonly #logger: Logger;
  readonly #log: FailureLog;
  readonly #notifier: SystemdNotifier;
  readonly #clock: Pick<Clock, 'steadyMs'>;
  #lastRoundMs: number | undefined;
  #failure: string | undefined = 'Redis has not answered yet';
  /** Why the server refuses a connection, since the last round that ended well. */
  #refusal: Error | undefined;
  #isReady = false;

  constructor(logger: Logger, notifier: SystemdNotifier, clock: Pick<Clock, 'steadyMs'>) {
    this.#clock = clock;
    this.#logger = logger;
    this.#log = new FailureLog(logger);
    this.#notifier = notifier;
  }

  /** A round of the loop ended well. */
  roundEnded(): void {
    this.#log.succeeded('serving plans');
    this.#failure = undefined;
    this.#refusal = undefined;
    this.#lastRoundMs = this.#clock.steadyMs();
    this.#progress('serving plans');
  }

  /** A round failed, but ended: the process is alive, its Redis is not. Logged when it begins, then once a minute; true if so. */
  failed(failure: Error): boolean {
    const error = this.#refusal ?? failure; // rounds know only that there is no connection
    const reason = redact(error.message === '' ? error.name : error.message);
    const isLogged = this.#log.failed(error, 'cannot serve plans');
    this.#failure = reason;
    this.#progress(isLogged ? `waiting for Redis: ${reason}` : undefined);
    return isLogged;
  }

  /**
   * A connection failed: the reason while no round ends well. While rounds do, the next one tells whether it matters: a
   * subscription that Redis refuses must not make a working service look as if it came and went. That the server refuses
   * us (a password that was changed) is logged at once, and stays the reason: waiting will not mend it.
   */
  connectionFailed(error: Error): void {
    if (this.#failure === undefined) return;
    const isNews = isReplyError(error) && error.message !== this.#refusal?.message;
    if (isNews) this.#refusal = error;
    const isLogged = this.failed(error);
    if (isNews && !isLogged) this.#logger.error({ err: error }, 'Redis refuses this service');
  }

  readiness(): Readiness {
    if (this.#failure !== undefined) return { ready: false, reason: this.#failure };
    const idleMs = this.#clock.steadyMs() - (this.#lastRoundMs ?? 0);
    if (idleMs > STUCK_MS) return { ready: false, reason: `the last poll ended ${Math.round(idleMs / 1000)} s ago` };
    return { ready: true };
  }

  /** Reports to systemd that the process gets on, with a new status where there is one. */
  #progress(status: string | undefined): void {
    if (!this.#isReady) this.#notifier.ready(status);
    else if (status !== undefined) this.#notifier.status(status);
    this.#isReady = true;
    this.#notifier.progress();
  }
}
