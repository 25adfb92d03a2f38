import type { Board } from '../observe/board.js';
import { brainText, feedText } from './header.js';
import { milliseconds, rangeOf, tally, timeOf, total } from './text.js';
import type { View } from './view.js';

/** The introduction, shown once at the start without a terminal. */
export const introLines = (view: View): string[] => [
  `prices: ${view.prices}`,
  `redis: ${view.redis}`,
  ...view.services.map(({ name, metricsUrl }) => `${name}: ${metricsUrl}/metrics`),
  `brain: ${brainText(view)}`,
  `feed: ${feedText(view)}`,
];

/** A line per cycle: its proposals and scores, and the governor's totals up to it. */
export function cycleLine({ lastCycle, cycles, scores, hints, refusals }: Board): string {
  if (lastCycle === undefined) return '';
  const { tsSec, symbols, durationSec, reasons } = lastCycle;
  const refused = total(refusals) === 0 ? '0' : `${total(refusals)} (${tally(refusals)})`;
  return [
    `${timeOf(tsSec)}Z cycle ${cycles}`,
    `${symbols} symbols in ${milliseconds(durationSec)}`,
    tally(Object.entries(reasons)),
    `scores ${rangeOf(
      [...scores.values()].map(({ score }) => score),
      2,
    )}`,
    `permits ${total(hints)} (DOWNSIZE ${hints.get('DOWNSIZE') ?? 0})`,
    `refused ${refused}`,
  ].join(' | ');
}
