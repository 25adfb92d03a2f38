import type { Figure, VerdictLine, Verdict, Window } from '@quantum/shadow-evidence';
import type { Damage } from '../file/open.js';
import { damageText, shown, table } from '../table.js';
import type { Looks } from './looks.js';

export interface Report extends Verdict {
  recording: string;
  window: Window;
  /** Hours of it that proposals cover. */
  coveredHours: number;
  tornBytes: number;
  damage: Damage;
  /** Undefined without prices. */
  looks?: Looks;
  figures: readonly Figure[];
}

const TITLES: Readonly<Record<string, string>> = {
  replay: 'Replay and recording',
  reasons: 'Reasons',
  freshness: 'Freshness',
  multiplier: 'Multipliers',
  turnover: 'Movement',
  plans: 'Plans and hints',
  pnl: 'At these prices',
};
/** Groups that are shown under another's title. */
const UNDER: Readonly<Record<string, string>> = {
  recording: 'replay',
  oscillation: 'turnover',
  steps: 'turnover',
  sums: 'turnover',
  hints: 'plans',
};

/** The report for a terminal. */
export function reportText(report: Report): string {
  const { recording, window, coveredHours, tornBytes, damage, looks, lines, figures } = report;
  return [
    `${recording}: ${windowText(window)}, ${coveredHours.toFixed(2)}\u00a0h of it covered by proposals`,
    ...(tornBytes > 0 ? [`the last ${shown(tornBytes)} bytes are no whole write: it was cut off, or goes on`] : []),
    ...(damage.places > 0 ? [damageText(damage)] : []),
    ...[...groupsOf(figures)].flatMap(([title, members]) => [
      '',
      `${title}: ${windowText(members[0]?.window ?? window)}`,
      table(['figure', 'value', 'n', 'of', 'note'], members.map(figureRow)),
    ]),
    '',
    'Thresholds',
    table(['figure', 'value', 'threshold', 'n', 'window', 'verdict'], lines.map(lineRow)),
    ...lines
      .filter(({ status }) => status !== 'PASS')
      .map(({ status, id, threshold, figure, missing }) => `${status} ${id}: ${missing ?? `${valueText(figure)} is not ${threshold}`}`),
    ...(looks ? [looksText(looks)] : []),
    '',
    verdictText(report),
    '',
  ].join('\n'); // prettier-ignore
}

/** The verdict in a line, with what it assumes. */
export const verdictText = ({ verdict, assumed }: Verdict): string =>
  assumed === undefined ? verdict : `${verdict} (${assumed})`;

export const looksText = ({ count, notKept }: Looks): string =>
  `look ${count} at this recording: an interval holds with 95 % for one look, not for the best of several` +
  (notKept === undefined ? '' : ` (earlier looks are not counted: ${notKept})`);

/** Figures under the titles that they are shown under, in their order. */
export function groupsOf(figures: readonly Figure[]): Map<string, Figure[]> {
  const groups = new Map<string, Figure[]>();
  for (const figure of figures) {
    const group = figure.id.split('.', 1)[0] ?? '';
    const title = TITLES[UNDER[group] ?? group] ?? group;
    groups.set(title, [...(groups.get(title) ?? []), figure]);
  }
  return groups;
}

const figureRow = (figure: Figure): string[] => [
  figure.label,
  valueText(figure),
  shown(figure.n),
  figure.of,
  figure.note ?? '',
];

const lineRow = ({ id, figure, threshold, status }: VerdictLine): string[] => [
  id,
  valueText(figure),
  threshold,
  figure ? `${shown(figure.n)} ${figure.of}` : '0',
  figure ? hoursText(figure.window) : '0 h',
  status,
];

const iso = (sec: number): string => new Date(sec * 1000).toISOString().slice(0, 19).replace('T', ' ');

export const windowText = ({ fromSec, toSec }: Window): string =>
  toSec === 0 ? 'nothing' : `${iso(fromSec)} to ${iso(toSec)} UTC, ${hoursText({ fromSec, toSec })}`;

export const hoursText = ({ fromSec, toSec }: Window): string => `${((toSec - fromSec) / 3600).toFixed(2)}\u00a0h`;

/** A value in its unit, an interval behind it. */
export function valueText(figure: Figure | undefined): string {
  if (figure?.value === undefined) return 'INSUFFICIENT_DATA';
  const { value, unit, interval } = figure;
  const one = (number: number): string => {
    if (unit === 'share') return `${shown(number * 100, 2)} %`;
    if (unit === 'count') return shown(number);
    return shown(number, unit === 'x' ? 4 : 2);
  };
  const text = unit === 'share' || unit === 'count' ? one(value) : `${one(value)} ${unit}`;
  return interval ? `${text} [${one(interval.low)}, ${one(interval.high)}]` : text;
}
