import { lifetimeSec } from '@quantum/rollout-plan';
import { quantile } from '../measure/stats.js';
import { table } from '../page/format.js';
import type { Cause, OffTimes } from './measure.js';

/** What was measured where and when. */
export interface OffReport {
  takenAt: string;
  commit: string;
  machine: string;
  intervalSec: number;
  times: ReadonlyMap<Cause, OffTimes>;
}

const BLOCK = /(<!-- timed: off enforcement -->\n)[^]*?(<!-- \/timed -->)/;

/** Guaranteed time from a breach or a command to the last reader off enforcement, seconds. */
export const boundSec = (intervalSec: number): number => intervalSec + lifetimeSec(intervalSec);

/** Whether every run kept to the guaranteed time. */
export const isKept = ({ times, intervalSec }: OffReport): boolean =>
  [...times.values()].every(({ epoch, expiry }) => [...epoch, ...expiry].every((sec) => sec <= boundSec(intervalSec)));

/** Puts the figures between the marks of docs/rollout.md. @throws Error where it has none */
export function fillOff(page: string, report: OffReport): string {
  if (!BLOCK.test(page)) throw new Error('the page has no marks <!-- timed: off enforcement -->');
  return page.replace(BLOCK, (_block, open: string, close: string) => `${open}\n${offText(report)}\n\n${close}`);
}

/** Runs of each cause that are asked for; fewer are named a short run. */
export const FULL_RUNS = 200;

const two = (value: number): string => value.toFixed(2);

export function offText({ takenAt, commit, machine, intervalSec, times }: OffReport): string {
  const rows = [...times].map(([cause, { epoch, expiry }]) => [
    cause,
    String(epoch.length),
    ...[epoch, expiry].flatMap((each) => [two(quantile(each, 0.5)), two(Math.max(...each))]),
  ]);
  const head = ['Enforcement ends by', 'Runs', 'Epoch: p50, s', 'max, s', 'Expiry alone: p50, s', 'max, s'];
  const isShort = Math.max(...[...times.values()].map(({ epoch }) => epoch.length)) < FULL_RUNS;
  const text = `${isShort ? 'A short run: ' : ''}${takenAt.slice(0, 10)}, commit ${commit}, ${machine}, ROLLOUT_INTERVAL_SEC=${intervalSec}, so at most ${boundSec(intervalSec)} s:`;
  return `${text}\n\n${table(head, rows)}`;
}
