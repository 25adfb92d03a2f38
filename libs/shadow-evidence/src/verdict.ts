import type { Figure } from './figure.js';
import { definitionOf } from './figures.js';
import { limitText, type Thresholds } from './thresholds.js';

export type LineStatus = 'PASS' | 'FAIL' | 'INSUFFICIENT_DATA';

/**
 * What a line without a verdict lacks: covered hours, a large enough sample, a value, or an interval on one side of the
 * limit.
 */
export type Lack = 'hours' | 'sample' | 'value' | 'interval';

/** A threshold and what was measured. */
export interface VerdictLine {
  id: string;
  /** The figure's; the id of one that does not exist. */
  label: string;
  status: LineStatus;
  /** `<= 0.2` and the like. */
  threshold: string;
  /** The same in numbers, with what a verdict needs. */
  limit: { min?: number; max?: number; minN: number; minHours: number };
  figure: Figure | undefined;
  /** Why there is no verdict. */
  missing?: string;
  lack?: Lack;
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
 * Holds figures to thresholds. A line fails or passes only on a sample that is large enough; one with an interval only
 * when the whole interval lies on one side of its limit. One line that fails is NOT_READY; else one that cannot be
 * decided is INSUFFICIENT_DATA; READY is when all pass, and there is at least one.
 * @param hours hours of the recording that proposals cover
 */
export function judge(figures: readonly Figure[], thresholds: Thresholds, hours: number): Verdict {
  const byId = new Map(figures.map((figure) => [figure.id, figure]));
  const lines = Object.entries(thresholds.lines).flatMap(([id, line]): VerdictLine[] => {
    const figure = byId.get(id);
    if (!figure && line.optional) return [];
    const { min, max, minN, minHours = thresholds.minHours } = line;
    const limit = { ...(min !== undefined && { min }), ...(max !== undefined && { max }), minN, minHours };
    const label = figure?.label ?? definitionOf(id)?.label ?? id;
    const common = { id, label, threshold: limitText(line), limit, figure };
    const missing = whatIsMissing(figure, hours, minN, minHours);
    if (missing || figure?.value === undefined) {
      return [{ ...common, status: 'INSUFFICIENT_DATA', ...(missing ?? NOT_MEASURED) }];
    }
    const status = statusOf(figure.value, figure.interval, min, max);
    return [{ ...common, status, ...(status === 'INSUFFICIENT_DATA' && STRADDLES) }];
  });
  const has = (status: LineStatus): boolean => lines.some((line) => line.status === status);
  const open = lines.length === 0 || has('INSUFFICIENT_DATA');
  const assumed = assumptionOf(byId.get(LONG_ASSUMED)?.value);
  const verdict = has('FAIL') ? 'NOT_READY' : open ? 'INSUFFICIENT_DATA' : 'READY';
  return { verdict, ...(assumed !== undefined && { assumed }), lines };
}

type Missing = Required<Pick<VerdictLine, 'missing' | 'lack'>>;
const NOT_MEASURED: Missing = { missing: 'it was not measured', lack: 'value' };
const STRADDLES: Missing = { missing: 'the interval reaches over the threshold', lack: 'interval' };

function whatIsMissing(figure: Figure | undefined, hours: number, minN: number, minHours: number): Missing | undefined {
  if (!figure) return NOT_MEASURED;
  if (hours < minHours) return { missing: `${hours.toFixed(2)} h covered, ${minHours} h needed`, lack: 'hours' };
  if (figure.n < minN) return { missing: `${figure.n} ${figure.of}, ${minN} needed`, lack: 'sample' };
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
