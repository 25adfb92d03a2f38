import { wasHealthy } from '../services/health.js';
import type { Board, ScoreRow } from '../observe/board.js';
import { clock, milliseconds, rangeOf, tally, total } from './text.js';
import type { ServiceView, View } from './view.js';

export const stayedHealthy = ({ ended, health }: ServiceView): boolean => ended === undefined && wasHealthy(health);

export function summaryLines({ elapsedSec, board, services, feed }: View): string[] {
  const skipped = total(board.plans) - (board.plans.get('EXECUTE') ?? 0);
  const lines: [string, string][] = [
    ['ran for', clock(elapsedSec)],
    ...scoreLines(board),
    ['symbols', symbolsText(board)],
    ['proposals', counts(board.proposals)],
    ['cycles', board.cycles === 0 ? '0' : `${board.cycles}, the worst took ${milliseconds(board.worstCycleSec)}`],
    ['plans', `${total(board.plans)}, ${skipped} of them not to be executed, ${board.deadLetters} dead-lettered`],
    [
      'permits',
      `${total(board.hints)}: DOWNSIZE ${board.hints.get('DOWNSIZE') ?? 0}, NONE ${board.hints.get('NONE') ?? 0}`,
    ],
    ['refused', counts(board.refusals)],
    ...(feed === undefined
      ? []
      : [['consumed', `${feed.tally.consumed} permits by the Apply Layer`] as [string, string]]),
    ...services.map((service): [string, string] => [service.name, healthText(service)]),
  ];
  return lines.map(([name, text]) => `${name.padEnd(18)} ${text}`);
}

/** What became of the scores: whether they left 0.5, and how far they are to be believed. */
function scoreLines({ scores, scored, symbols }: Board): [string, string][] {
  if (scored === 0) return [];
  const rows = [...scores.values()];
  const usable = [...symbols.values()].filter(({ reason }) => reason === 'ok').length;
  const sides = `${rows.filter(({ score }) => score < 0.5).length} below 0.5, ${rows.filter(({ score }) => score > 0.5).length} above`;
  const of = (pick: (row: ScoreRow) => number, digits: number): string => rangeOf(rows.map(pick), digits);
  return [
    ['scores', `${scored}; the last of ${rows.length} symbols ${of(({ score }) => score, 4)}: ${sides}`],
    ['confidence', `${of(({ confidence }) => confidence, 3)}; scores of ${usable} symbols count`],
    [
      'measured',
      `n_eff ${of(({ effectivePeriods }) => effectivePeriods, 1)}, coverage ${of(({ coverage }) => coverage, 2)}`,
    ],
  ];
}

const symbolsText = ({ symbols }: Board): string =>
  `${symbols.size} with proposals, multipliers ${rangeOf(
    [...symbols.values()].map(({ multiplier }) => multiplier),
    4,
  )}`;

const counts = (by: ReadonlyMap<string, number>): string => (total(by) === 0 ? '0' : `${total(by)}: ${tally(by)}`);

function healthText(service: ServiceView): string {
  if (stayedHealthy(service)) return 'healthy all along';
  const { ended, health } = service;
  if (ended !== undefined) return `NOT HEALTHY: ${ended}`;
  return `NOT HEALTHY: ${health.state}${health.detail === '' ? '' : ` (${health.detail})`}`;
}
