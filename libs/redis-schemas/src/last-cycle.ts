import { EFFICIENCY_REASONS, SKIP_REASONS, type EfficiencyReason, type SkipReason } from './reasons.js';
import { fixed } from './text.js';

export interface CycleSummary {
  /** The cycle's time, whole unix seconds. */
  tsEpochSec: number;
  /** Symbols listed. */
  symbols: number;
  /** Proposals published, by reason. */
  proposed: Readonly<Record<EfficiencyReason, number>>;
  /** Symbols without a proposal, by reason. */
  skipped: Readonly<Record<SkipReason, number>>;
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
  ...EFFICIENCY_REASONS.flatMap((reason) => [reason, String(cycle.proposed[reason])]),
  ...SKIP_REASONS.flatMap((reason) => [`skipped_${reason}`, String(cycle.skipped[reason])]),
];
