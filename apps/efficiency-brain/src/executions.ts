import type { Clock } from '@quantum/clock';
import { periodOf, type ScoreRules } from '@quantum/efficiency-score';
import type { BrainMetrics } from '@quantum/metrics';
import { runBatch, timeMs, valueOf, type Redis } from '@quantum/redis-io';
import { EXECUTION_STREAMS, fieldsOf } from '@quantum/redis-schemas';
import type { Logger } from '@quantum/service-kit';
import { oldestFlowSec } from './cycle.js';
import { ExecutionTails, type TailEntry } from './execution-tails.js';
import { Flows } from './flows.js';
import { RETENTION_SEC } from './recent.js';

/** A clock of Redis that is further ahead of ours was set back since, or is wrong, seconds. */
const MAX_AHEAD_SEC = 60;
/** A period that no one closes. */
const NO_PERIOD = 0;

export interface ExecutionsOptions {
  rules: ScoreRules;
  clock: Clock;
  /** How long one call reads, ms: the lease must outlive it. */
  readMs: number;
  metrics: BrainMetrics;
  logger: Logger;
  onProblem: (problem: string, error: unknown) => void;
}

/** Reads the execution streams and assigns what they tell to periods, by the times of their entries. */
export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #redis: Redis;
  readonly #tails: ExecutionTails;
  #flows = new Flows();
  /** Last period that a cycle may have closed; undefined until everything that was there at the start is read. */
  #closedPeriod: number | undefined;
  /** The period that was open when the first read began. */
  #firstPeriod: number | undefined;
  /** The period that is open. */
  #openPeriod = NO_PERIOD;
  /** Redis time, unix seconds. */
  #redisSec = 0;

  constructor(redis: Redis, options: ExecutionsOptions) {
    this.#redis = redis;
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

  /**
   * Reads what was added. @throws when Redis does not answer.
   * @returns whether that was everything, and the caller is to close the period before the open one. A period that is
   * closed without the rest would lack some of its entries, and a process that starts anew would count them twice.
   */
  async read(openPeriod: number): Promise<boolean> {
    const { clock, readMs } = this.#options;
    const endMs = clock.steadyMs() + readMs;
    this.#firstPeriod ??= openPeriod;
    this.#openPeriod = openPeriod;
    const [time] = await runBatch(this.#redis, [['time']]);
    this.#redisSec = timeMs(valueOf(time) as [sec: string, us: string]) / 1000;
    // As far back as orders are kept: what an earlier entry reported of one is known after a restart too.
    const fromSec = Math.min(oldestFlowSec(this.#firstPeriod, this.#options.rules), this.#redisSec) - RETENTION_SEC;
    const isAll = await this.#tails.read(fromSec, () => clock.steadyMs() >= endMs);
    this.#flows.prune(openPeriod);
    if (!isAll) return false;
    this.#closedPeriod = Math.max(this.#closedPeriod ?? 0, openPeriod - 1);
    return true;
  }

  /** Starts anew: other processes close the periods meanwhile. */
  reset(): void {
    this.#tails.reset();
    this.#flows = new Flows();
    this.#closedPeriod = undefined;
    this.#firstPeriod = undefined;
  }

  /**
   * What was there at the start and is older only tells of orders, unix seconds: it is not counted again. The last
   * period before the start counts until it is closed. A stream that is read only then cannot tell whether the process
   * before closed it.
   */
  #historySec(): number {
    const first = this.#firstPeriod ?? 0;
    return oldestFlowSec(this.#closedPeriod === undefined ? first : first + 1, this.#options.rules);
  }

  /** The period of a late entry: the next that is measured. One that follows on periods that no cycle closed is not. */
  #latePeriod(): number {
    const next = (this.#closedPeriod ?? 0) + 1;
    return next < this.#openPeriod - 1 ? this.#openPeriod : next;
  }

  #take({ stream, atSec, fields, backlog }: TailEntry): void {
    const { clock, metrics, rules } = this.#options;
    const isHistory = backlog === 'start' && atSec < this.#historySec();
    const count = (result: Parameters<typeof metrics.entries.inc>[0]['result']): void => {
      if (!isHistory) metrics.entries.inc({ stream, result });
    };
    if (fields === undefined) {
      count('too_large');
      return;
    }
    // By the clock that gives ids: ours may be behind for good. Ours is read now: a period may have begun since the
    // cycle did.
    const isAhead = atSec - Math.max(this.#redisSec, clock.wallSec()) > MAX_AHEAD_SEC;
    const entrySec = isAhead ? clock.wallSec() : atSec;
    const { result, execution, statesTime } = EXECUTION_STREAMS[stream].adapter(fieldsOf(fields), entrySec);
    // At a start it is not known whether the process before has counted it, and in which period.
    const isDoubtful = isAhead && execution && !statesTime && backlog === 'start';
    if (!execution) {
      count(result);
      return;
    }
    const own = periodOf(isAhead ? execution.atSec : entrySec, rules.parameters.periodSec) ?? 0;
    const entry = { stream, atSec: entrySec, fields };
    if (isDoubtful) {
      this.#flows.add(entry, execution, NO_PERIOD);
      count('ahead');
      return;
    }
    const isLate = !isHistory && this.#closedPeriod !== undefined && own <= this.#closedPeriod;
    const period = isLate ? this.#latePeriod() : own;
    // Positions that were read since have included the fill of a backlog: their marks count what it gained.
    const added = this.#flows.add(entry, execution, period, backlog ? own : period);
    count(added === 'duplicate' ? 'duplicate' : isLate ? 'late' : result);
    if (added === 'counted' && !isHistory) metrics.count(execution.symbol, { execEvents: 1 });
  }
}
