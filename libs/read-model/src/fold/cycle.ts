import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import { parseNumber } from '@quantum/redis-schemas';
import type { ProposalCycle } from '../snapshot/symbols.js';

type Hash = Readonly<Record<string, string>>;

const SKIPPED = 'skipped_';
/** Fields of the summary of a cycle, and what the names of its counts of skipped symbols begin with. */
export const CYCLE_FIELDS: readonly string[] = ['ts_epoch', 'symbols', 'proposed', 'skipped', 'duration_sec', ...EFFICIENCY_REASONS]; // prettier-ignore
export const skippedField = (reason: string): string => SKIPPED + reason;

const numberIn = (hash: Hash, name: string): number => parseNumber(hash[name]) ?? 0;

const countsIn = (hash: Hash, reasons: readonly string[], prefix = ''): Record<string, number> =>
  Object.fromEntries(
    reasons.map((reason) => [reason, numberIn(hash, prefix + reason)] as const).filter(([, count]) => count > 0),
  );

const skippedReasonsIn = (hash: Hash): string[] =>
  Object.keys(hash)
    .filter((name) => name.startsWith(SKIPPED))
    .map((name) => name.slice(SKIPPED.length));

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
    skippedReasons: countsIn(hash, skippedReasonsIn(hash), SKIPPED),
  };
}
