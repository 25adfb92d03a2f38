/** A metric, declared once. The registry, the types of its labels and the tables in the docs derive from it. */
export interface Declaration {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  /** By label name, every value it can have, or `any` for an open set. */
  readonly labels: Readonly<Record<string, readonly string[] | 'any'>>;
  /** Upper bounds of a histogram, seconds. */
  readonly buckets?: readonly number[];
}

/** The labels of a metric. */
export type Labels = Declaration['labels'];

export const counter = <const L extends Labels>(name: string, help: string, labels: L) =>
  ({ type: 'counter', name, help, labels }) as const;
export const gauge = <const L extends Labels>(name: string, help: string, labels: L) =>
  ({ type: 'gauge', name, help, labels }) as const;
export const histogram = (name: string, help: string, buckets: readonly number[]) =>
  ({ type: 'histogram', name, help, labels: {}, buckets }) as const;

/** Upper bounds for durations of cycles, seconds. */
export const CYCLE_BUCKETS_SEC = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What every service measures of its server (`ServerWatch`). */
export const serverGauges = (prefix: string) => ({
  redisEvicts: gauge(
    `${prefix}_redis_evicts`,
    '1 while maxmemory-policy lets Redis evict keys, else 0; no series while unknown',
    {},
  ),
  clockSkewSec: gauge(
    `${prefix}_clock_skew_seconds`,
    'How far our clock is ahead of the clock of Redis; no series while they are not compared',
    {},
  ),
});

/** What every service with cycles says of them (`cycleWork`). */
export const cycleGauges = (prefix: string) => ({
  loopIntervalSec: gauge(
    `${prefix}_loop_interval_seconds`,
    'From the start of a cycle to the start of the next, as configured',
    {},
  ),
  lastLoopSec: gauge(
    `${prefix}_last_loop_timestamp_seconds`,
    'When the last cycle ended without a failure, unix time; before the first, when the process started; no series of a standby',
    {},
  ),
});
