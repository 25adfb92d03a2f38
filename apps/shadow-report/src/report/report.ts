import {
  durationText,
  shown,
  timeText,
  type Bucket,
  type Figure,
  type Verdict,
  type VerdictLine,
  type Window,
} from '@quantum/shadow-evidence';
import type { Damage } from '../file/open.js';
import { damageText } from '../table.js';
import type { Looks } from './looks.js';

export interface Report extends Verdict {
  recording: string;
  window: Window;
  /** Hours of it that proposals cover. */
  coveredHours: number;
  proposals: number;
  tornBytes: number;
  damage: Damage;
  /** Undefined without prices. */
  looks?: Looks;
  figures: readonly Figure[];
  timeline: Timeline;
  multipliers: readonly (readonly [middle: number, count: number])[];
  /** After costs, from one row of prices to the next; undefined without prices. */
  earned?: { at: readonly number[]; base: readonly number[]; proposed: readonly number[] };
}

export interface Timeline {
  /** Seconds that each bucket covers. */
  bucketSec: number;
  buckets: readonly Bucket[];
}

const TITLES: Readonly<Record<string, string>> = {
  replay: 'Replay and recording',
  reasons: 'Scores',
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

/**
 * How close a line is to deciding: failures first, then what was measured but cannot be judged, then what waits for
 * hours.
 */
const ORDER: readonly string[] = ['FAIL', 'interval', 'value', 'sample', 'hours', 'PASS'];
const rank = ({ status, lack }: VerdictLine): number => ORDER.indexOf(lack ?? status);

/** Lines in the order in which they decide. */
export const inOrder = (lines: readonly VerdictLine[]): VerdictLine[] => [...lines].sort((a, b) => rank(a) - rank(b));

export const STATUS_TEXT: Readonly<Record<VerdictLine['status'], string>> = {
  PASS: 'pass',
  FAIL: 'FAIL',
  INSUFFICIENT_DATA: 'not judged',
};

export const looksText = ({ count, notKept }: Looks): string =>
  `look ${count} at this recording: an interval holds with 95 % for one look, not for the best of several` +
  (notKept === undefined ? '' : ` (earlier looks are not counted: ${notKept})`);

export const windowText = ({ fromSec, toSec }: Window): string =>
  toSec === 0 ? 'no data' : `${timeText(fromSec)} to ${timeText(toSec)} UTC, ${durationText(toSec - fromSec)}`;

/** What is wrong with the file itself. */
export const warningsOf = ({ tornBytes, damage }: Report): string[] => [
  ...(tornBytes > 0 ? [`the last ${shown(tornBytes)} bytes are no whole write: it was cut off, or goes on`] : []),
  ...(damage.places > 0 ? [damageText(damage)] : []),
];

/** The time of a group that does not speak of the whole recording. */
export function otherWindow(members: readonly Figure[], { window }: Report): string {
  const own = members[0]?.window ?? window;
  const isSame = own.fromSec === window.fromSec && own.toSec === window.toSec;
  return isSame || own.toSec === 0 ? '' : `: ${windowText(own)}`;
}

/** The note that all figures of a group have; it is shown once. */
export function sharedNote(members: readonly Figure[]): string | undefined {
  const notes = new Set(members.map(({ note }) => note));
  return notes.size === 1 && members.length > 1 ? members[0]?.note : undefined;
}
