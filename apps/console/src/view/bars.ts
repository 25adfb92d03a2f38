import type { ScorePoint } from '@quantum/read-model';
import { html } from 'htm/preact';

const [BAR_WIDTH, BAR_HEIGHT] = [72, 12];
/** Distance from 1 at which a bar is full: proposals stay within 0.5 to 1.5 by default. */
const BAR_RANGE = 0.5;

/** A multiplier as a bar around 1, to the left or the right of the middle. The number is beside it. */
export function MultiplierBar({ multiplier }: { multiplier: number | null }) {
  const middle = BAR_WIDTH / 2;
  const share = Math.max(-1, Math.min(1, ((multiplier ?? 1) - 1) / BAR_RANGE));
  const width = Math.abs(share) * middle;
  return html`<svg class="bar" width=${BAR_WIDTH} height=${BAR_HEIGHT} viewBox="0 0 ${BAR_WIDTH} ${BAR_HEIGHT}" aria-hidden="true" focusable="false">
    <rect class=${share < 0 ? 'down' : 'up'} x=${share < 0 ? middle - width : middle} y="2" width=${width} height="8" rx="1" />
    <line x1=${middle} x2=${middle} y1="0" y2=${BAR_HEIGHT} />
  </svg>`;
} // prettier-ignore

const [SPARK_WIDTH, SPARK_HEIGHT] = [72, 16];

/**
 * Points of a history as `x,y` pairs of a drawing; oldest first, gaps split it. Scores are 0..1, times the last
 * `minutes`.
 */
export function strokesOf(scores: readonly ScorePoint[], nowMin: number, minutes: number, width: number, height: number): string[] {
  const strokes: string[][] = [[]];
  for (const [minute, score] of [...scores].reverse()) {
    const x = width * Math.max(0, Math.min(1, 1 - (nowMin - minute) / minutes));
    if (score === null) strokes.push([]);
    else strokes.at(-1)?.push(`${x.toFixed(1)},${(height * (1 - Math.max(0, Math.min(1, score)))).toFixed(1)}`);
  }
  // A score holds until the next one: only changes are kept.
  const last = strokes.at(-1)?.at(-1);
  if (last !== undefined) strokes.at(-1)?.push(`${width},${last.split(',')[1] ?? '0'}`);
  return strokes.filter((points) => points.length > 0).map((points) => points.join(' '));
} // prettier-ignore

/** Scores of the last hour in a cell. The figure of the symbol has them as a table. */
export const Sparkline = ({ scores, nowSec }: { scores: readonly ScorePoint[]; nowSec: number }) =>
  html`<svg class="spark" width=${SPARK_WIDTH} height=${SPARK_HEIGHT} viewBox="-1 -1 ${SPARK_WIDTH + 2} ${SPARK_HEIGHT + 2}" aria-hidden="true" focusable="false">
    ${strokesOf(scores, nowSec / 60, 60, SPARK_WIDTH, SPARK_HEIGHT).map((points) => html`<polyline points=${points} />`)}
  </svg>`; // prettier-ignore
