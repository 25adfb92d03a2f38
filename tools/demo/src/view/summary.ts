import { tally, total, type Snapshot, type SymbolRow } from '@quantum/read-model';
import { wasHealthy } from '../services/health.js';
import { clock, milliseconds, rangeOf } from './text.js';
import type { ServiceView, View } from './view.js';

export const stayedHealthy = ({ ended, health }: ServiceView): boolean => ended === undefined && wasHealthy(health);

export function summaryLines({ elapsedSec, snapshot, services, feed }: View): string[] {
  const { cycle, totals } = snapshot;
  const { plans, permits, deadLetters } = totals;
  const skipped = total(plans) - (plans['EXECUTE'] ?? 0);
  const lines: [string, string][] = [
    ['ran for', clock(elapsedSec)],
    ...scoreLines(snapshot),
    ['symbols', symbolsText(snapshot)],
    ['proposals', counts(totals.proposals)],
    ['cycles', cycle === null ? '0' : `${cycle.cycles}, the worst took ${milliseconds(cycle.worstDurationSec)}`],
    ['plans', `${total(plans)}, ${skipped} of them not to be executed, ${deadLetters} dead-lettered`],
    ['permits', `${total(permits)}: DOWNSIZE ${permits['DOWNSIZE'] ?? 0}, NONE ${permits['NONE'] ?? 0}`],
    ['refused', counts(totals.refusals)],
    ...(feed === undefined
      ? []
      : [['consumed', `${feed.tally.consumed} permits by the Apply Layer`] as [string, string]]),
    ...services.map((service): [string, string] => [service.name, healthText(service)]),
  ];
  return lines.map(([name, text]) => `${name.padEnd(18)} ${text}`);
}

/** What became of the scores: whether they left 0.5, and how far they are to be believed. */
function scoreLines({ symbols, totals: { scores } }: Snapshot): [string, string][] {
  if (scores === 0) return [];
  const rows = [...symbols.values()].filter(({ brainScore }) => brainScore !== null);
  const usable = [...symbols.values()].filter(({ reason }) => reason === 'ok').length;
  const score = ({ brainScore }: SymbolRow): number => brainScore ?? NaN;
  const sides = `${rows.filter((row) => score(row) < 0.5).length} below 0.5, ${rows.filter((row) => score(row) > 0.5).length} above`;
  const of = (pick: (row: SymbolRow) => number | null, digits: number): string => rangeOf(rows.map(pick), digits);
  return [
    ['scores', `${scores}; the last of ${rows.length} symbols ${of(score, 4)}: ${sides}`],
    ['confidence', `${of(({ brainConfidence }) => brainConfidence, 3)}; scores of ${usable} symbols count`],
    [
      'measured',
      `n_eff ${of(({ effectivePeriods }) => effectivePeriods, 1)}, coverage ${of(({ coverage }) => coverage, 2)}`,
    ],
  ];
}

const symbolsText = ({ symbols }: Snapshot): string =>
  `${[...symbols.values()].filter(({ reason }) => reason !== '').length} with proposals, multipliers ${rangeOf(
    [...symbols.values()].map(({ multiplier }) => multiplier),
    4,
  )}`;

const counts = (by: Readonly<Record<string, number>>): string => (total(by) === 0 ? '0' : `${total(by)}: ${tally(by)}`);

function healthText(service: ServiceView): string {
  if (stayedHealthy(service)) return 'healthy all along';
  const { ended, health } = service;
  if (ended !== undefined) return `NOT HEALTHY: ${ended}`;
  return `NOT HEALTHY: ${health.state}${health.detail === '' ? '' : ` (${health.detail})`}`;
}
