import type { Figure } from './figure.js';
import { limitText, type Thresholds } from './thresholds.js';

export type LineStatus = 'PASS' | 'FAIL' | 'INSUFFICIENT_DATA';

/** A threshold and what was measured. */
export interface VerdictLine {
  id: string;
  status: LineStatus;
  /** `<= 0.2` and the like. */
  threshold: string;
  figure: Figure | undefined;
  /** Why there is no verdict. */
  missing?: string;
}

export interface Verdict {
  verdict: 'READY' | 'NOT_READY' | 'INSUFFICIENT_DATA';
  /** What the verdict assumes for want of data; to be shown beside it. */
  assumed?: string;
  lines: VerdictLine[];
}

/** Id of the figure that says how many allocations were taken as long for want of a side. */
export const LONG_ASSUMED = 'pnl.long_assumed_share';

function assumptionOf(longAssumed = 0): string | undefined {
  if (longAssumed === 0) return undefined;
  return longAssumed === 1 ? 'long assumed' : `long assumed for ${(100 * longAssumed).toFixed(2)} % of allocations`;
}

/**
 * Holds figures to thresholds. A line fails or passes only on a sample that is large enough; one with an interval only when
 * the whole interval lies on one side of its limit. One line that fails is NOT_READY; else one that cannot be told is
 * INSUFFICIENT_DATA; READY is when all pass, and there is at least one.
 * @param hours hours of the recording that proposals cover
 */
export function judge(figures: readonly Figure[], thresholds: Thresholds, hours: number): Verdict {
  const byId = new Map(figures.map((figure) => [figure.id, figure]));
  const lines = Object.entries(thresholds.lines).flatMap(([id, line]): VerdictLine[] => {
    const figure = byId.get(id);
    if (!figure && line.optional) return [];
    const { min, max, minN, minHours = thresholds.minHours } = line;
    const threshold = limitText(line);
    const missing = whatIsMissing(figure, hours, minN, minHours);
    if (missing !== undefined || figure?.value === undefined) {
      return [{ id, status: 'INSUFFICIENT_DATA', threshold, figure, missing: missing ?? 'it was not measured' }];
    }
    const status = statusOf(figure.value, figure.interval, min, max);
    const isWide = status === 'INSUFFICIENT_DATA';
    return [{ id, status, threshold, figure, ...(isWide && { missing: 'the interval reaches over the threshold' }) }];
  });
  const has = (status: LineStatus): boolean => lines.some((line) => line.status === status);
  const open = lines.length === 0 || has('INSUFFICIENT_DATA');
  const assumed = assumptionOf(byId.get(LONG_ASSUMED)?.value);
  const verdict = has('FAIL') ? 'NOT_READY' : open ? 'INSUFFICIENT_DATA' : 'READY';
  return { verdict, ...(assumed !== undefined && { assumed }), lines };
}

function whatIsMissing(figure: Figure | undefined, hours: number, minN: number, minHours: number): string | undefined {
  if (!figure) return 'it was not measured';
  if (hours < minHours) return `${hours.toFixed(2)} h covered, ${minHours} h needed`;
  if (figure.n < minN) return `${figure.n} ${figure.of}, ${minN} needed`;
  return undefined;
}

function statusOf(
  value: number,
  { low, high } = { low: value, high: value },
  min = -Infinity,
  max = Infinity,
): LineStatus {
  if (low >= min && high <= max) return 'PASS';
  return high < min || low > max ? 'FAIL' : 'INSUFFICIENT_DATA';
}
