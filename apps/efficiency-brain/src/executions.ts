import type { Clock } from '@quantum/clock';
import { periodOf, type ScoreRules } from '@quantum/efficiency-score';
import type { BrainMetrics } from '@quantum/metrics';
import type { Redis } from '@quantum/redis-io';
import { EXECUTION_STREAMS, fieldsOf } from '@quantum/redis-schemas';
import type { Logger } from '@quantum/service-kit';
import { oldestFlowSec } from './cycle.js';
import { ExecutionTails, type TailEntry } from './execution-tails.js';
import { Flows } from './flows.js';

/** How long before the oldest flow reading begins, seconds: so that an order of an earlier entry is known. */
const LOOK_BACK_SEC = 60;

export interface ExecutionsOptions {
  rules: ScoreRules;
  clock: Pick<Clock, 'wallSec'>;
  metrics: BrainMetrics;
  logger: Logger;
  onProblem: (problem: string, error: unknown) => void;
}

/** Reads the execution streams and assigns what they tell to periods, by the times of their entries. */
export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #tails: ExecutionTails;
  #flows = new Flows();
  /** Last period that a cycle may have closed; undefined until everything that was there at the start is read. */
  #closedPeriod: number | undefined;

  constructor(redis: Redis, options: ExecutionsOptions) {
    this.#options = options;
    const { logger, metrics, onProblem } = options;
    this.#tails = new ExecutionTails(redis, {
      onEntry: (entry) => {
        this.#take(entry);
      },
      onGap: (stream) => {
        metrics.entries.inc({ stream, result: 'lost' });
        logger.warn({ stream }, 'entries may have been trimmed before they were read');
      },
      onUnreadable: (stream, error) => {
        onProblem(`the stream ${stream} cannot be read`, error);
      },
    });
  }

  get flows(): Flows {
    return this.#flows;
  }

  /** Reads everything that was added. The caller then closes the period before the open one. @throws when Redis does not answer. */
  async read(openPeriod: number, nowSec: number, isScored: (symbol: string) => boolean): Promise<void> {
    await this.#tails.read(oldestFlowSec(openPeriod, this.#options.rules) - LOOK_BACK_SEC);
    this.#flows.prune(openPeriod, nowSec, isScored);
    this.#closedPeriod = Math.max(this.#closedPeriod ?? 0, openPeriod - 1);
  }

  /** Starts anew: other processes close the periods meanwhile. */
  reset(): void {
    this.#tails.reset();
    this.#flows = new Flows();
    this.#closedPeriod = undefined;
  }

  #take({ stream, atSec, fields }: TailEntry): void {
    const { clock, metrics, rules } = this.#options;
    const count = (result: Parameters<typeof metrics.entries.inc>[0]['result']): void => {
      metrics.entries.inc({ stream, result });
    };
    if (fields === undefined) {
      count('too_large');
      return;
    }
    // An id ahead of our clock would belong to a period that comes when no one remembers it. The clock is read now: a period
    // may have begun since the cycle did.
    const entrySec = Math.min(atSec, clock.wallSec());
    const { result, execution } = EXECUTION_STREAMS[stream].adapter(fieldsOf(fields), entrySec);
    if (!execution) {
      count(result);
      return;
    }
    const own = periodOf(entrySec, rules.parameters.periodSec) ?? 0;
    const isLate = this.#closedPeriod !== undefined && own <= this.#closedPeriod;
    const added = this.#flows.add(stream, execution, isLate ? (this.#closedPeriod ?? 0) + 1 : own);
    count(added === 'duplicate' ? 'duplicate' : isLate ? 'late' : result);
    if (added === 'counted') metrics.count(execution.symbol, { execEvents: 1 });
  }
}
