import { fixed } from './text.js';

export interface CycleSummary {
  /** The cycle's time, whole unix seconds. */
  tsEpochSec: number;
  /** Symbols listed. */
  symbols: number;
  /** Proposals published, by reason. */
  proposed: Readonly<Record<string, number>>;
  /** Symbols without a proposal, by reason. */
  skipped: Readonly<Record<string, number>>;
  durationSec: number;
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/**
 * The `last_cycle` hash as a flat `[field, value, ...]` list: totals, a count per proposal reason under the reason's
 * own name, and a count per skip reason under `skipped_<reason>` (`redis_error` is a code of both).
 */
export const lastCycleHash = (cycle: CycleSummary): string[] => [
  'ts_epoch',
  String(cycle.tsEpochSec),
  'symbols',
  String(cycle.symbols),
  'proposed',
  String(sum(cycle.proposed)),
  'skipped',
  String(sum(cycle.skipped)),
  'duration_sec',
  fixed(cycle.durationSec, 3),
  ...Object.entries(cycle.proposed).flatMap(([reason, count]) => [reason, String(count)]),
  ...Object.entries(cycle.skipped).flatMap(([reason, count]) => [`skipped_${reason}`, String(count)]),
];
