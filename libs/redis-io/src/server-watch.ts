import { setTimeout as delay } from 'node:timers/promises';
import { systemClock, type Clock } from '@quantum/clock';
import { mastersOf, type Redis } from './connect.js';
import { EVICTION_DANGER, evicts, readClockSkewsSec, readEvictionPolicy } from './server-facts.js';

/** Interval of the checks, ms, and the shorter one until the first reply. */
const CHECK_MS = 30_000;
const FIRST_CHECK_MS = 1000;
/** Maximum skew between the clocks, seconds. Beyond it the time of decisions is Redis's. */
const MAX_SKEW_SEC = 2;

/** A gauge whose series is absent while the value is unknown. */
export interface OptionalGauge {
  set(value: number): void;
  remove(): void;
}

/** Logs an event, with its data if there is any. */
interface Log {
  (facts: object, message: string): void;
  (message: string): void;
}

export interface ServerWatchOptions {
  logger: { warn: Log; info: Log; debug: Log };
  metrics: { redisEvicts: OptionalGauge; clockSkewSec: OptionalGauge };
  /** Our wall clock, unix milliseconds; by default the system's. */
  nowMs?: () => number;
}

/** Monitors whether a server may evict keys, and the skew of our clock. Logs changes, sets gauges, stops nothing. */
export class ServerWatch {
  readonly #redis: Redis;
  readonly #options: ServerWatchOptions;
  readonly #nowMs: () => number;
  /** The last logged value; `unknown` if the server does not report it. */
  #policy: string | undefined;
  #skewSec: number | undefined;
  #skewed = false;
  /** What our clock is ahead by, seconds, where decisions must not go by it; else 0. */
  #correctionSec = 0;

  constructor(redis: Redis, options: ServerWatchOptions) {
    this.#redis = redis;
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => 1000 * systemClock.wallSec());
    options.metrics.redisEvicts.remove();
    options.metrics.clockSkewSec.remove();
  }

  /** The server's `maxmemory-policy` if it may evict keys; undefined if it does not, or if that is unknown. */
  get evictingPolicy(): string | undefined {
    return this.#policy !== undefined && evicts(this.#policy) ? this.#policy : undefined;
  }

  /** The clock problem for /readyz; undefined while the clocks agree or are not compared yet. */
  get clockProblem(): string | undefined {
    if (!this.#skewed || this.#skewSec === undefined) return undefined;
    return `our clock is ${Math.abs(this.#skewSec).toFixed(1)} s ${this.#skewSec > 0 ? 'ahead of' : 'behind'} the clock of Redis`;
  }

  /**
   * The clock for decisions that processes share: ours, as long as it differs from Redis's by 2 s at most, else
   * Redis's. In a Cluster, that of the master whose clock is nearest to ours: a wrong clock of one master moves none of
   * ours.
   */
  decisionClock({ wallSec, steadyMs }: Clock): Clock {
    return { wallSec: () => wallSec() - this.#correctionSec, steadyMs };
  }

  /** Runs one check. @throws Error if the server does not answer now; the last values are then kept. */
  async check(): Promise<void> {
    const masters = mastersOf(this.#redis);
    const [skewsSec, policy] = await Promise.all([
      readClockSkewsSec(masters, this.#nowMs),
      readEvictionPolicy(masters),
    ]);
    this.#takeSkew(skewsSec);
    this.#takePolicy(policy);
  }

  /** Repeats the check until stopped. */
  async run(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      if (this.#redis.status === 'ready') {
        await this.check().catch((error: unknown) => {
          this.#options.logger.debug({ err: error }, 'the settings and the clock of Redis could not be read');
        });
      }
      const pauseMs = this.#policy === undefined ? FIRST_CHECK_MS : CHECK_MS;
      await delay(pauseMs, undefined, { signal: stopping, ref: false }).catch(() => undefined);
    }
  }

  #takePolicy(policy: string | undefined): void {
    const { logger, metrics } = this.#options;
    const before = this.#policy;
    this.#policy = policy ?? 'unknown';
    if (policy === undefined) metrics.redisEvicts.remove();
    else metrics.redisEvicts.set(evicts(policy) ? 1 : 0);
    if (this.#policy === before) return;
    if (policy === undefined) {
      logger.warn(
        'Redis does not say whether it may evict keys: allow INFO, or check that maxmemory-policy is noeviction',
      );
    } else if (evicts(policy)) logger.warn({ policy }, EVICTION_DANGER);
    else if (before !== undefined) logger.info({ policy }, 'Redis does not evict keys');
  }

  #takeSkew(skewsSec: readonly number[]): void {
    const { logger, metrics } = this.#options;
    const [nearestSec = 0] = skewsSec;
    const skewSec = skewsSec.at(-1);
    if (skewSec === undefined) return;
    this.#correctionSec = Math.abs(nearestSec) > MAX_SKEW_SEC ? nearestSec : 0;
    this.#skewSec = skewSec;
    metrics.clockSkewSec.set(skewSec);
    const skewed = Math.abs(skewSec) > MAX_SKEW_SEC;
    if (skewed === this.#skewed) return;
    this.#skewed = skewed;
    if (skewed) logger.warn({ skewSec }, `${this.clockProblem ?? ''}: run NTP`);
    else logger.info({ skewSec }, 'our clock agrees with the clock of Redis again');
  }
}
