import type { Clock } from '@quantum/clock';
import type { Readiness } from '@quantum/metrics';
import { isReplyError } from '@quantum/redis-io';
import type { SystemdNotifier } from '@quantum/service-host';
import { FailureLog, redact, type Logger } from '@quantum/service-kit';

/** A round that has not ended for this long counts as stuck, ms: several times what a read may wait. */
const STUCK_MS = 10_000;

/** How the loop of a stream gets on. */
interface LoopState {
  readonly stream: string;
  /** Why the stream is not served; undefined while it is. */
  failure: string | undefined;
  /** When a round ended well last, ms. */
  servedMs: number;
  /** When a round ended last, well or not, ms. */
  endedMs: number;
}

/**
 * Whether the loops get on, one for each plan stream, for probes, systemd and the log. Ready while all streams are
 * served.
 */
export class Health {
  readonly #logger: Logger;
  readonly #log: FailureLog;
  readonly #notifier: SystemdNotifier;
  readonly #clock: Pick<Clock, 'steadyMs'>;
  readonly #loops: readonly LoopState[];
  /** Why the server refuses a connection, since all streams were served last. */
  #refusal: Error | undefined;
  #isReady = false;
  /** The status that waits until no loop is stuck. */
  #unsaid: string | undefined;

  constructor(
    logger: Logger,
    notifier: SystemdNotifier,
    clock: Pick<Clock, 'steadyMs'>,
    /** At least one. */
    streams: readonly string[],
  ) {
    this.#clock = clock;
    this.#logger = logger;
    this.#log = new FailureLog(logger);
    this.#notifier = notifier;
    const failure = 'Redis has not answered yet';
    this.#loops = streams.map((stream) => ({ stream, failure, servedMs: -Infinity, endedMs: -Infinity }));
  }

  /** A round of a stream's loop ended well. */
  roundEnded(stream: string): void {
    this.#ended(stream, undefined);
    if (this.#failing().length > 0) {
      this.#progress();
      return;
    }
    this.#log.succeeded('serving plans');
    this.#refusal = undefined;
    this.#progress('serving plans');
  }

  /**
   * A round failed, but ended: the process is alive, its Redis is not. Logged when it begins, then once a minute; true
   * if so.
   */
  failed(stream: string, failure: Error): boolean {
    const error = this.#refusal ?? failure; // rounds know only that there is no connection
    const reason = redact(error.message === '' ? error.name : error.message);
    this.#ended(stream, reason);
    const what = this.#loops.length > 1 ? `plans of ${stream}` : 'plans';
    const isLogged = this.#log.failed(error, `cannot serve ${what}`);
    this.#progress(isLogged ? `waiting for Redis: ${reason}` : undefined);
    return isLogged;
  }

  /**
   * A connection failed: the reason while no round ends well. While rounds do, the next one tells whether it matters: a
   * subscription that Redis refuses must not make a working service look as if it came and went. That the server
   * refuses us (a password that was changed) is logged at once, and stays the reason: waiting will not mend it.
   */
  connectionFailed(error: Error): void {
    const failing = this.#failing();
    if (failing.length === 0) return;
    const isNews = isReplyError(error) && error.message !== this.#refusal?.message;
    if (isNews) this.#refusal = error;
    const logged = failing.filter(({ stream }) => this.failed(stream, error));
    if (isNews && logged.length === 0) this.#logger.error({ err: error }, 'Redis refuses this service');
  }

  readiness(): Readiness {
    const nowMs = this.#clock.steadyMs();
    const reasons = this.#loops.flatMap(({ stream, failure, servedMs }) => {
      const idleMs = nowMs - servedMs;
      const stuck = idleMs > STUCK_MS ? `the last poll ended ${Math.round(idleMs / 1000)} s ago` : undefined;
      const reason = failure ?? stuck;
      return reason === undefined ? [] : [this.#loops.length > 1 ? `${stream}: ${reason}` : reason];
    });
    const [first, ...more] = reasons;
    if (first === undefined) return { ready: true };
    return { ready: false, reason: more.length > 0 ? `${first} (and ${more.length} more streams)` : first };
  }

  #ended(stream: string, failure: string | undefined): void {
    const nowMs = this.#clock.steadyMs();
    for (const loop of this.#loops) {
      if (loop.stream !== stream) continue;
      loop.failure = failure;
      loop.endedMs = nowMs;
      if (failure === undefined) loop.servedMs = nowMs;
    }
  }

  #failing(): LoopState[] {
    return this.#loops.filter(({ failure }) => failure !== undefined);
  }

  /**
   * Reports to systemd that the process gets on, with a new status where there is one. While a loop is stuck the
   * process does not, whatever the others do.
   */
  #progress(status = this.#unsaid): void {
    const oldestMs = this.#clock.steadyMs() - STUCK_MS;
    const isStuck = this.#loops.some(({ endedMs }) => endedMs < oldestMs);
    this.#unsaid = isStuck ? status : undefined;
    if (isStuck) return;
    if (!this.#isReady) this.#notifier.ready(status);
    else if (status !== undefined) this.#notifier.status(status);
    this.#isReady = true;
    this.#notifier.progress();
  }
}
