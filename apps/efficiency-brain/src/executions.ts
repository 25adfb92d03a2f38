import type { Clock } from '@quantum/clock';
import { periodOf, type ScoreRules } from '@quantum/efficiency-score';
import type { BrainMetrics } from '@quantum/metrics';
import type { Redis } from '@quantum/redis-io';
import { EXECUTION_STREAMS, fieldsOf } from '@quantum/redis-schemas';
import type { Logger } from '@quantum/service-kit';
import { oldestFlowSec } from './cycle.js';
import { ExecutionTails, type TailEntry } from './execution-tails.js';
import { Flows } from './flows.js';
import { REMEMBER_SEC } from './recent.js';

/** A clock of Redis that is further ahead of ours was set back since, or is wrong, seconds. */
const MAX_AHEAD_SEC = 60;

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
  /** What is older at the start only tells of orders, and is not counted again, unix seconds. */
  #oldestSec = 0;

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
  async read(openPeriod: number, isScored: (symbol: string) => boolean): Promise<void> {
    // As far back as orders are remembered: what an earlier entry told of one is known after a restart too.
    this.#oldestSec = oldestFlowSec(openPeriod, this.#options.rules);
    await this.#tails.read(this.#oldestSec - REMEMBER_SEC);
    this.#flows.prune(openPeriod, isScored);
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
    const isStart = this.#closedPeriod === undefined;
    const isHistory = isStart && atSec < this.#oldestSec;
    const count = (result: Parameters<typeof metrics.entries.inc>[0]['result']): void => {
      if (!isHistory) metrics.entries.inc({ stream, result });
    };
    if (fields === undefined) {
      count('too_large');
      return;
    }
    // The clock is read now: a period may have begun since the cycle did.
    const nowSec = clock.wallSec();
    const isAhead = atSec - nowSec > MAX_AHEAD_SEC;
    const entrySec = isAhead ? nowSec : atSec;
    const { result, execution, statesTime } = EXECUTION_STREAMS[stream].adapter(fieldsOf(fields), entrySec);
    // At a start it is not known whether the process before has counted it, and in which period.
    if (isStart && isAhead && execution && !statesTime) {
      count('ahead');
      return;
    }
    if (!execution) {
      count(result);
      return;
    }
    const own = periodOf(isAhead ? execution.atSec : entrySec, rules.parameters.periodSec) ?? 0;
    const isLate = this.#closedPeriod !== undefined && own <= this.#closedPeriod;
    const added = this.#flows.add(stream, execution, isLate ? (this.#closedPeriod ?? 0) + 1 : own);
    count(added === 'duplicate' ? 'duplicate' : isLate ? 'late' : result);
    if (added === 'counted' && !isHistory) metrics.count(execution.symbol, { execEvents: 1 });
  }
}
