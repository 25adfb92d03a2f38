import type { Clock } from '@quantum/clock';
import type { Readiness } from '@quantum/metrics';
import type { Redis } from '@quantum/redis-io';
import { UnsupportedRedisError } from '@quantum/service-host';
import { FailureLog, redact, type Logger } from '@quantum/service-kit';
import type { CycleMetrics } from './metrics.js';

/** Longest wait of a slot for a connection that is being opened; its attempts are at most 500 ms apart. */
const CONNECT_PATIENCE_MS = 1000;
/** A cycle that has not ended for this many intervals did not end in time. */
const INTERVALS_IN_TIME = 3;

/** `cycle`: one was run. `idle`: none was due. `standby`: other processes publish every shard. */
export type TickOutcome = 'cycle' | 'idle' | 'standby';

export interface LoopOptions {
  redis: Redis;
  intervalMs: number;
  /** What a tick is for; says what became of it. @throws UnsupportedRedisError where no further tick can succeed */
  runTick: (isSlot: boolean) => Promise<TickOutcome>;
  metrics: Pick<CycleMetrics, 'loops' | 'loopErrors' | 'loopDurationSec' | 'loopIntervalSec' | 'lastLoopSec'>;
  logger: Logger;
  clock: Clock;
  stopping: AbortSignal;
}

/** The ticks of the service: runs what is due, counts cycles, and knows whether all is well. */
export class Loop {
  readonly #options: LoopOptions;
  readonly #log: FailureLog;
  #lastEnd: { atMs: number; failure: string | undefined; standby: boolean } | undefined;
  /** Of a tick since then at which no cycle was due. */
  #idleFailure: string | undefined;

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#log = new FailureLog(options.logger);
    const { clock, intervalMs, metrics } = options;
    metrics.loopIntervalSec.set(intervalMs / 1000);
    metrics.lastLoopSec.set(clock.wallSec());
  }

  /**
   * One tick; a cycle is due with those that are slots. What fails is counted, and logged when it begins. @throws
   * UnsupportedRedisError alone.
   */
  async runTick(isSlot: boolean): Promise<void> {
    const { redis, intervalMs, metrics, stopping, runTick } = this.#options;
    const isStopping = (): boolean => stopping.aborted;
    // A connection that comes a moment after the slot's time must not cost a whole interval.
    await untilReadyFor(redis, Math.min(CONNECT_PATIENCE_MS, intervalMs / 2), stopping);
    if (isStopping()) return;

    const startMs = this.#options.clock.steadyMs();
    let failure: string | undefined;
    // What it was to be, should it fail before that is known.
    let outcome: TickOutcome = this.#lastEnd?.standby ? 'standby' : isSlot ? 'cycle' : 'idle';
    try {
      outcome = await runTick(isSlot);
      this.#log.succeeded('cycles end well again', { quietStart: true });
    } catch (error) {
      if (error instanceof UnsupportedRedisError) throw error;
      if (isStopping()) return;
      failure = redact((error as Error).message);
      metrics.loopErrors.inc();
      this.#log.failed(error as Error, 'the cycle failed');
    }
    const endMs = this.#options.clock.steadyMs();
    this.#idleFailure = outcome === 'idle' ? failure : undefined;
    this.#showLast(outcome, failure);
    if (outcome !== 'idle') this.#lastEnd = { atMs: endMs, failure, standby: outcome === 'standby' };
    if (outcome !== 'cycle') return;
    metrics.loops.inc();
    metrics.loopDurationSec.observe((endMs - startMs) / 1000);
  }

  /**
   * A cycle that failed is none, so that its time shows how long nothing was decided. Who leads is expected to from
   * then on.
   */
  #showLast(outcome: TickOutcome, failure: string | undefined): void {
    const { clock, metrics } = this.#options;
    if (outcome === 'standby') metrics.lastLoopSec.remove();
    else if (outcome === 'cycle' && (failure === undefined || this.#lastEnd?.standby))
      metrics.lastLoopSec.set(clock.wallSec());
  }

  /** Ready when Redis is connected and the last cycle ended whole and in time or another process publishes. */
  readiness(): Readiness {
    const { redis, intervalMs } = this.#options;
    if (redis.status !== 'ready') return { ready: false, reason: `Redis is not connected (${redis.status})` };
    if (!this.#lastEnd) return { ready: false, reason: 'no cycle has ended yet' };
    const { atMs, standby } = this.#lastEnd;
    const failure = this.#idleFailure ?? this.#lastEnd.failure;
    const attempt = standby || this.#idleFailure !== undefined ? 'attempt at a lease' : 'cycle';
    if (failure !== undefined) return { ready: false, reason: `the last ${attempt} failed: ${failure}` };
    const agoMs = this.#options.clock.steadyMs() - atMs;
    if (agoMs <= INTERVALS_IN_TIME * intervalMs) return standby ? { ready: true, reason: 'standby' } : { ready: true };
    const what = standby ? 'the last attempt at a lease ended' : 'the last cycle ended';
    return { ready: false, reason: `${what} ${Math.round(agoMs / 1000)} s ago` };
  }
}

/** Resolves when the connection is ready, when the time is over, or when the service stops, whatever is first. */
async function untilReadyFor(redis: Redis, patienceMs: number, stopping: AbortSignal): Promise<void> {
  if (redis.status === 'ready' || stopping.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      redis.off('ready', done);
      stopping.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, patienceMs);
    redis.once('ready', done);
    stopping.addEventListener('abort', done);
  });
}
