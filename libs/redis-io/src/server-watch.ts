import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '@quantum/clock';
import { mastersOf, type Redis } from './connect.js';
import { EVICTION_DANGER, evicts, readClockSkewSec, readEvictionPolicy } from './server-facts.js';

/** How often the server is asked, ms, and how often until it has answered once. */
const LOOK_MS = 30_000;
const FIRST_LOOK_MS = 1000;
/** More than this between the clocks makes ages, windows and deadlines wrong enough to matter, seconds. */
const MAX_SKEW_SEC = 2;

/** A gauge whose series is absent while the value is unknown. */
export interface OptionalGauge {
  set(value: number): void;
  remove(): void;
}

/** Logs what happened, with its facts where there are any. */
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

/**
 * Watches what the server does not say by itself: whether it may evict keys, and how far our clock is from its own. It
 * logs changes, sets the gauges and stops nothing.
 */
export class ServerWatch {
  readonly #redis: Redis;
  readonly #options: ServerWatchOptions;
  readonly #nowMs: () => number;
  /** As logged last; `unknown` where the server does not say. */
  #policy: string | undefined;
  #skewSec: number | undefined;
  #skewed = false;

  constructor(redis: Redis, options: ServerWatchOptions) {
    this.#redis = redis;
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => 1000 * systemClock.wallSec());
    options.metrics.redisEvicts.remove();
    options.metrics.clockSkewSec.remove();
  }

  /** The server's `maxmemory-policy` if it may evict keys; undefined if it does not, or is not known to. */
  get evictingPolicy(): string | undefined {
    return this.#policy !== undefined && evicts(this.#policy) ? this.#policy : undefined;
  }

  /** Why the clocks are too far apart, for /readyz; undefined while they agree or are not compared yet. */
  get clockProblem(): string | undefined {
    if (!this.#skewed || this.#skewSec === undefined) return undefined;
    return `our clock is ${Math.abs(this.#skewSec).toFixed(1)} s ${this.#skewSec > 0 ? 'ahead of' : 'behind'} the clock of Redis`;
  }

  /** Asks once. @throws Error where the server does not answer now: what was known before is kept. */
  async look(): Promise<void> {
    const masters = mastersOf(this.#redis);
    this.#takeSkew(await readClockSkewSec(masters, this.#nowMs));
    this.#takePolicy(await readEvictionPolicy(masters));
  }

  /** Asks regularly until stopped. */
  async run(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      if (this.#redis.status === 'ready') {
        await this.look().catch((error: unknown) => {
          this.#options.logger.debug({ err: error }, 'the settings and the clock of Redis could not be read');
        });
      }
      const pauseMs = this.#policy === undefined ? FIRST_LOOK_MS : LOOK_MS;
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

  #takeSkew(skewSec: number | undefined): void {
    const { logger, metrics } = this.#options;
    if (skewSec === undefined) return;
    this.#skewSec = skewSec;
    metrics.clockSkewSec.set(skewSec);
    const skewed = Math.abs(skewSec) > MAX_SKEW_SEC;
    if (skewed === this.#skewed) return;
    this.#skewed = skewed;
    if (skewed) logger.warn({ skewSec }, `${this.clockProblem ?? ''}: ages, windows and deadlines are wrong by that`);
    else logger.info({ skewSec }, 'our clock agrees with the clock of Redis again');
  }
}
