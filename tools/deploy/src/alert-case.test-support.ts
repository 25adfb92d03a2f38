/** A series over time: its value `minute` minutes after the start; undefined where it has no sample. */
export type Course = (minute: number) => number | undefined;

/** What Prometheus sees, and whether the alert must fire at the end, or at no time. */
export interface AlertCase {
  alert: string;
  what: string;
  fires: boolean;
  minutes: number;
  series: Readonly<Record<string, Course>>;
}

/** Always the same value: a gauge, or a counter at rest. */
export const flat =
  (value: number): Course =>
  () => value; // prettier-ignore
/** A counter that grows by `count` every `everyMin` minutes, from 0 on. */
export const grows =
  (count: number, everyMin = 1): Course =>
  (minute) => count * Math.floor(minute / everyMin); // prettier-ignore
/** A counter that counts once, in the given minute. */
export const once =
  (atMin: number, count = 1): Course =>
  (minute) => (minute >= atMin ? count : 0); // prettier-ignore
/** A counter born at 1 with its first event. */
export const born =
  (atMin: number): Course =>
  (minute) => (minute >= atMin ? 1 : undefined); // prettier-ignore

export const fires = (alert: string, what: string, minutes: number, series: AlertCase['series']): AlertCase => ({
  alert, what, fires: true, minutes, series,
}); // prettier-ignore
export const quiet = (alert: string, what: string, minutes: number, series: AlertCase['series']): AlertCase => ({
  alert, what, fires: false, minutes, series,
}); // prettier-ignore

/** An alert that is a gauge beyond a limit for a while. */
export const gauge = (alert: string, series: string, bad: number[], good: number[], minutes: number): AlertCase[] => [
  ...bad.map((value) => fires(alert, `at ${value}`, minutes, { [series]: flat(value) })),
  ...good.map((value) => quiet(alert, `at ${value}`, minutes, { [series]: flat(value) })),
];

/** An alert that is one event of a counter. */
export const event = (alert: string, series: string): AlertCase[] => [
  fires(alert, 'after one event', 10, { [series]: once(8) }),
  quiet(alert, 'without an event', 30, { [series]: flat(3) }),
];

/** An alert on cycles, every `intervalSec`, that no longer end well; a slow cycle and a standby do not fire it. */
export function noCycles(alert: string, prefix: string, intervalSec: number): AlertCase[] {
  const [last, interval] = [`${prefix}_last_loop_timestamp_seconds`, `${prefix}_loop_interval_seconds`];
  const endedBefore =
    (intervals: number): Course =>
    (minute) => minute * 60 - intervals * intervalSec; // prettier-ignore
  return [
    fires(alert, 'since the third minute', 10, {
      [last]: (minute) => Math.min(minute, 3) * 60,
      [interval]: flat(intervalSec),
    }),
    quiet(alert, 'while cycles end in time', 30, { [last]: endedBefore(1), [interval]: flat(intervalSec) }),
    quiet(alert, 'while each takes two intervals', 30, { [last]: endedBefore(2.9), [interval]: flat(intervalSec) }),
    quiet(alert, 'of a standby', 30, { [interval]: flat(intervalSec) }),
  ];
}

export const upOf = (job: string): string => `up{job="${job}"}`;
