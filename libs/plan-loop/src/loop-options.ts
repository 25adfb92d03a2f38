import type { Clock } from '@quantum/clock';
import type { StreamConsumer, StreamEntry } from '@quantum/redis-io';
import type { LoopTelemetry } from './loop-telemetry.js';
import type { Served } from './plan-entry.js';
import type { BatchSemaphore } from './batch-semaphore.js';

/** What serves the plans. */
export interface PlanServer {
  serve: (entries: readonly StreamEntry[], nowSec: () => number, lastId: string) => Promise<Served>;
  /** Counts decisions whose answers were lost. */
  countUnheard?: () => Promise<void>;
  /** Why plans wait although Redis answers; undefined while they do not. */
  readonly problem?: string | undefined;
}

export interface PlanLoopOptions {
  consumer: StreamConsumer;
  governor: PlanServer;
  /** What the loop reports to, and what tells it why plans were left undecided. */
  telemetry: Pick<LoopTelemetry, 'error' | 'takeUnanswered' | 'removedConsumers'>;
  /** Called before the stream is first asked for plans, again until it succeeds. @throws Error that says why not */
  admit?: () => Promise<void>;
  /** Shared by the loops of a process; without it, this loop is the only one. */
  semaphore?: BatchSemaphore;
  planMaxAgeSec: number;
  claimIdleSec: number;
  /** Reports lost plans; without it they are not reported as events. */
  gapReports?: { report: () => Promise<void> };
  clock: Clock;
  /** Called after every round that got on; `error` is set for one that failed. */
  onRound: (error?: Error) => void;
  stopping: AbortSignal;
}
