import Table from 'cli-table3';
import { HARMS_BPS_PER_DAY, MAX_DAYS } from './detection.js';
import type { LintResult } from './figures.js';
import { HARD_LIMITS, HOLDING_LIMITS } from './limits.js';

/** A number with three significant digits; `-` where it is unknown. */
export const shown = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '-');
export const percent = (share: number | undefined): string =>
  share === undefined || Number.isNaN(share) ? '-' : `${shown(100 * share)} %`;

/** Rows under a head, the first column to the left, all others to the right; no colours, so that it can be piped. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const made = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true },
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
  });
  made.push(...rows.map((row) => [...row]));
  return made.toString();
};

const HARD = [...Object.keys(HARD_LIMITS), 'any'];
const HOLDING = Object.keys(HOLDING_LIMITS);

/** The figures as tables, then what refuses the plan and what is worth knowing, a line each. */
export function lintText({ stages, done, refusals, warnings }: LintResult): string {
  const evidence = table(
    ['stage', 'hours', 'sd of an hour, bps', 'clipBps', 'clipped now', ...HARMS_BPS_PER_DAY.map((harm) => `${harm} bps/day`)],
    stages.map(({ stage, hours, sdBps, proposedClipBps, clippedShare, detectionDays }) => [
      stage,
      String(hours),
      shown(sdBps),
      shown(proposedClipBps),
      percent(clippedShare),
      ...HARMS_BPS_PER_DAY.map((_, i) => (detectionDays.length === 0 ? '-' : daysText(detectionDays[i]))),
    ]),
  ); // prettier-ignore
  const rows = [...stages, ...(done ? [{ stage: 'done', ...done, holds: {} }] : [])];
  const limits = table(
    ['stage', 'days', ...HARD, ...HOLDING],
    rows.map(({ stage, days, trips, holds }) => [
      stage,
      shown(days),
      ...HARD.map((name) => percent(trips[name])),
      ...HOLDING.map((name) => percent((holds as typeof trips)[name])),
    ]),
  );
  return [
    'Evidence: proposed clipBps, and median days until harm beyond delta is shown',
    evidence,
    `Limits: share of stages in which noise trips ${HARD.slice(0, -1).join(', ')}; share of hours in which ${HOLDING.join(', ')} would hold`,
    limits,
    ...refusals.map((line) => `refused: ${line}`),
    ...warnings.map((line) => `warning: ${line}`),
    '',
  ].join('\n');
}

const daysText = (days: number | undefined): string => (days === undefined ? `above ${MAX_DAYS}` : shown(days));
