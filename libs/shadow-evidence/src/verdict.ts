import { z } from 'zod';
import type { Figure } from './figure.js';

const LineSchema = z
  .strictObject({
    max: z.number().optional().describe('greatest value that passes'),
    min: z.number().optional().describe('least value that passes'),
    minN: z.number().nonnegative().default(1).describe('smaller samples say nothing'),
    minHours: z
      .number()
      .nonnegative()
      .optional()
      .describe('fewer covered hours say nothing; default: that of the file'),
    optional: z.boolean().default(false).describe('left out where the figure was not measured (no prices)'),
  })
  .refine(({ max, min }) => max !== undefined || min !== undefined, 'a line needs a min or a max');

/** What a recording must show: a limit for figures, by their ids. */
export const ThresholdsSchema = z.strictObject({
  minHours: z.number().nonnegative().describe('fewer covered hours say nothing'),
  lines: z.record(z.string(), LineSchema),
});
export type Thresholds = z.infer<typeof ThresholdsSchema>;

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
    const threshold = [min !== undefined && `>= ${min}`, max !== undefined && `<= ${max}`].filter(Boolean).join(', ');
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

/** The limits that hold where no file says otherwise: docs/evidence.md says why. */
export const DEFAULT_THRESHOLDS: Thresholds = ThresholdsSchema.parse({
  minHours: 24,
  lines: {
    'replay.different': { max: 0, minHours: 0 },
    'replay.unknown_policy': { max: 0, minHours: 0 },
    'recording.gaps': { max: 0, minHours: 0 },
    'recording.unanswered': { max: 0, minHours: 0 },
    'recording.coverage': { min: 0.95 },
    'recording.longest_silence_sec': { max: 600 },
    'reasons.not_ok_share': { max: 0.2, minN: 10_000 },
    'reasons.longest_stretch_sec': { max: 1800, minN: 10_000 },
    'freshness.eff_age_p95_sec': { max: 300, minN: 10_000 },
    'freshness.base_age_p95_sec': { max: 300, minN: 10_000 },
    'freshness.base_age_max_sec': { max: 1800, minN: 10_000 },
    'multiplier.mean': { min: 0.8, max: 1.2, minN: 10_000 },
    'turnover.added_books_per_hour': { max: 2, minN: 10_000 },
    'oscillation.proposed_per_symbol_hour': { max: 60, minN: 10_000 },
    'steps.largest_share': { max: 0.5, minN: 10_000 },
    'sums.ratio_min': { min: 0.7, minN: 1000 },
    'sums.ratio_max': { max: 1.1, minN: 1000 },
    'hints.taken_off_share': { max: 0.5, minN: 100 },
    'pnl.coverage': { min: 0.95, optional: true },
    'pnl.price_holes_share': { max: 0.01, optional: true },
    'pnl.advantage_bps_per_day': { min: -10, minN: 30, optional: true },
  },
});
