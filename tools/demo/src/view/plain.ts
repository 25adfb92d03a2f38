import { tally, total, type Snapshot } from '@quantum/read-model';
import { brainText, feedText } from './header.js';
import { milliseconds, rangeOf, timeOf } from './text.js';
import type { View } from './view.js';

/** The introduction, shown once at the start without a terminal. */
export const introLines = (view: View): string[] => [
  `prices: ${view.prices}`,
  `redis: ${view.redis}`,
  ...view.services.map(({ name, metricsUrl }) => `${name}: ${metricsUrl}/metrics`),
  `console: ${view.page}`,
  `brain: ${brainText(view)}`,
  `feed: ${feedText(view)}`,
];

/** A line per cycle: its proposals and scores, and the governor's totals up to it. */
export function cycleLine({ cycle, symbols: rows, totals: { permits, refusals } }: Snapshot): string {
  if (cycle === null) return '';
  const { atSec, cycles, symbols, durationSec, reasons } = cycle;
  const refused = total(refusals) === 0 ? '0' : `${total(refusals)} (${tally(refusals)})`;
  return [
    `${timeOf(atSec)}Z cycle ${cycles}`,
    `${symbols} symbols in ${milliseconds(durationSec)}`,
    tally(reasons),
    `scores ${rangeOf(
      [...rows.values()].map(({ brainScore }) => brainScore),
      2,
    )}`,
    `permits ${total(permits)} (DOWNSIZE ${permits['DOWNSIZE'] ?? 0})`,
    `refused ${refused}`,
  ].join(' | ');
}
