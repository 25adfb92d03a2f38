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

/** A field by its name, and how it is written. */
type Field = readonly [name: string, text: (proposal: ProposalRecord) => string];

/** The stream's fields, in the order in which they are written: money and inputs at full precision. */
const STREAM: readonly Field[] = [
  ['ts_epoch', (p) => String(p.tsEpochSec)],
  ['symbol', (p) => p.symbol],
  ['base_target', (p) => full(p.baseTargetUsd)],
  ['proposed_target', (p) => full(p.proposedTargetUsd)],
  ['multiplier', (p) => fixed(p.multiplier, 4)],
  ['eff_score', (p) => full(p.effScore)],
  ['eff_confidence', (p) => full(p.effConfidence)],
  ['eff_ts', (p) => p.effTsText],
  ['base_ts', (p) => p.baseTsText],
  ['eff_stale', (p) => flag(p.effStale)],
  ['reason', (p) => p.reason],
  ['mode', () => 'shadow'],
];

/** The shadow hash's fields, in the order in which they are written: rounded for people. */
const HASH: readonly Field[] = [
  ['ts_epoch', (p) => String(p.tsEpochSec)],
  ['symbol', (p) => p.symbol],
  ['base_target', (p) => fixed(p.baseTargetUsd, 2)],
  ['proposed_target', (p) => fixed(p.proposedTargetUsd, 2)],
  ['multiplier', (p) => fixed(p.multiplier, 4)],
  ['eff_score', (p) => fixed(p.effScore, 4)],
  ['eff_confidence', (p) => fixed(p.effConfidence, 3)],
  ['eff_stale', (p) => flag(p.effStale)],
  ['reason', (p) => p.reason],
  ['mode', () => 'shadow'],
  ['last_update_ts_epoch', (p) => String(p.tsEpochSec)],
];

const namesOf = (fields: readonly Field[]): readonly string[] => fields.map(([name]) => name);
const write = (fields: readonly Field[], proposal: ProposalRecord): string[] =>
  fields.flatMap(([name, text]) => [name, text(proposal)]);

export const PROPOSAL_STREAM_FIELDS = namesOf(STREAM);
export const PROPOSAL_HASH_FIELDS = namesOf(HASH);

/** The stream entry of a proposal as a flat `[field, value, ...]` list. */
export const proposalStreamEntry = (proposal: ProposalRecord): string[] => write(STREAM, proposal);

/** The shadow hash of a proposal as a flat `[field, value, ...]` list. */
export const proposalHash = (proposal: ProposalRecord): string[] => write(HASH, proposal);

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
