import { EFFICIENCY_REASONS, SKIP_REASONS, type EfficiencyReason, type SkipReason } from './reasons.js';
import { fixed, flag, full } from './text.js';

/** A decided proposal of one symbol in one cycle, with every input of its decision. */
export interface ProposalRecord {
  /** The cycle's time, whole unix seconds: the `now` of its decisions. */
  tsEpochSec: number;
  symbol: string;
  /** Base target, USD. */
  baseTargetUsd: number;
  /** Base times multiplier, USD, unrounded. */
  proposedTargetUsd: number;
  multiplier: number;
  /** Undefined where the reading does not give it. */
  effScore: number | undefined;
  effConfidence: number | undefined;
  /** The reading's `ts` as it was written, empty if unreadable. */
  effTsText: string;
  effStale: boolean;
  /** The base target's `timestamp` as it was written, empty if unreadable. */
  baseTsText: string;
  reason: EfficiencyReason;
}

/** Field names of the proposal stream, in the order in which they are written. */
export const PROPOSAL_STREAM_FIELDS = [
  'ts_epoch',
  'symbol',
  'base_target',
  'proposed_target',
  'multiplier',
  'eff_score',
  'eff_confidence',
  'eff_ts',
  'base_ts',
  'eff_stale',
  'reason',
  'mode',
] as const;

/** Field names of the shadow hash, in the order in which they are written. */
export const PROPOSAL_HASH_FIELDS = [
  'ts_epoch',
  'symbol',
  'base_target',
  'proposed_target',
  'multiplier',
  'eff_score',
  'eff_confidence',
  'eff_stale',
  'reason',
  'mode',
  'last_update_ts_epoch',
] as const;

/** The stream entry of a proposal as a flat `[field, value, ...]` list: money and inputs at full precision. */
export const proposalStreamEntry = (p: ProposalRecord): string[] => [
  'ts_epoch',
  String(p.tsEpochSec),
  'symbol',
  p.symbol,
  'base_target',
  full(p.baseTargetUsd),
  'proposed_target',
  full(p.proposedTargetUsd),
  'multiplier',
  fixed(p.multiplier, 4),
  'eff_score',
  full(p.effScore),
  'eff_confidence',
  full(p.effConfidence),
  'eff_ts',
  p.effTsText,
  'base_ts',
  p.baseTsText,
  'eff_stale',
  flag(p.effStale),
  'reason',
  p.reason,
  'mode',
  'shadow',
];

/** The shadow hash of a proposal as a flat `[field, value, ...]` list, rounded for people. */
export const proposalHash = (p: ProposalRecord): string[] => [
  'ts_epoch',
  String(p.tsEpochSec),
  'symbol',
  p.symbol,
  'base_target',
  fixed(p.baseTargetUsd, 2),
  'proposed_target',
  fixed(p.proposedTargetUsd, 2),
  'multiplier',
  fixed(p.multiplier, 4),
  'eff_score',
  fixed(p.effScore, 4),
  'eff_confidence',
  fixed(p.effConfidence, 3),
  'eff_stale',
  flag(p.effStale),
  'reason',
  p.reason,
  'mode',
  'shadow',
  'last_update_ts_epoch',
  String(p.tsEpochSec),
];

/** What a whole cycle did. */
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
 * The `last_cycle` hash as a flat `[field, value, ...]` list: totals, a count per proposal reason under the reason's own
 * name, a count per skip reason under `skipped_<reason>` (`redis_error` is a code of both).
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
