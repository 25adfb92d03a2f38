import { EFFICIENCY_REASONS, parseNumber, SKIP_REASONS } from '@quantum/redis-schemas';
import type { ProposalCycle } from '../snapshot/symbols.js';

type Hash = Readonly<Record<string, string>>;

/** Fields of the summary of a cycle that are read. */
export const CYCLE_FIELDS: readonly string[] = [
  'ts_epoch',
  'symbols',
  'proposed',
  'skipped',
  'duration_sec',
  ...EFFICIENCY_REASONS,
  ...SKIP_REASONS.map((reason) => `skipped_${reason}`),
];

const numberIn = (hash: Hash, name: string): number => parseNumber(hash[name]) ?? 0;

const countsIn = (hash: Hash, reasons: readonly string[], prefix = ''): Record<string, number> =>
  Object.fromEntries(
    reasons.map((reason) => [reason, numberIn(hash, prefix + reason)] as const).filter(([, count]) => count > 0),
  );

/** The last whole cycle. The same summary again changes nothing, nor does one without time and duration. */
export function foldCycleSummary(before: ProposalCycle | null, hash: Hash | undefined): ProposalCycle | null {
  const atSec = parseNumber(hash?.['ts_epoch']);
  const durationSec = parseNumber(hash?.['duration_sec']);
  if (hash === undefined || atSec === undefined || durationSec === undefined || atSec === before?.atSec) return before;
  return {
    atSec,
    durationSec,
    worstDurationSec: Math.max(before?.worstDurationSec ?? 0, durationSec),
    cycles: (before?.cycles ?? 0) + 1,
    symbols: numberIn(hash, 'symbols'),
    proposed: numberIn(hash, 'proposed'),
    skipped: numberIn(hash, 'skipped'),
    reasons: countsIn(hash, EFFICIENCY_REASONS),
    skippedReasons: countsIn(hash, SKIP_REASONS, 'skipped_'),
  };
}
