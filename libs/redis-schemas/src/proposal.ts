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

/** What a proposal is written as, each text once: the entry and the hash have many of them in common. */
const TEXTS = {
  ts: (p) => String(p.tsEpochSec),
  symbol: (p) => p.symbol,
  base: (p) => full(p.baseTargetUsd),
  baseRounded: (p) => fixed(p.baseTargetUsd, 2),
  proposed: (p) => full(p.proposedTargetUsd),
  proposedRounded: (p) => fixed(p.proposedTargetUsd, 2),
  multiplier: (p) => fixed(p.multiplier, 4),
  score: (p) => full(p.effScore),
  scoreRounded: (p) => fixed(p.effScore, 4),
  confidence: (p) => full(p.effConfidence),
  confidenceRounded: (p) => fixed(p.effConfidence, 3),
  effTs: (p) => p.effTsText,
  baseTs: (p) => p.baseTsText,
  stale: (p) => flag(p.effStale),
  reason: (p) => p.reason,
  mode: () => 'shadow',
} as const satisfies Record<string, (proposal: ProposalRecord) => string>;

/** A field by its name, and which text stands in it. */
type Field = readonly [name: string, text: keyof typeof TEXTS];

/** The stream's fields, in the order in which they are written: money and inputs at full precision. */
const STREAM: readonly Field[] = [
  ['ts_epoch', 'ts'],
  ['symbol', 'symbol'],
  ['base_target', 'base'],
  ['proposed_target', 'proposed'],
  ['multiplier', 'multiplier'],
  ['eff_score', 'score'],
  ['eff_confidence', 'confidence'],
  ['eff_ts', 'effTs'],
  ['base_ts', 'baseTs'],
  ['eff_stale', 'stale'],
  ['reason', 'reason'],
  ['mode', 'mode'],
];

/** The shadow hash's fields, in the order in which they are written: rounded for people. */
const HASH: readonly Field[] = [
  ['ts_epoch', 'ts'],
  ['symbol', 'symbol'],
  ['base_target', 'baseRounded'],
  ['proposed_target', 'proposedRounded'],
  ['multiplier', 'multiplier'],
  ['eff_score', 'scoreRounded'],
  ['eff_confidence', 'confidenceRounded'],
  ['eff_stale', 'stale'],
  ['reason', 'reason'],
  ['mode', 'mode'],
  ['last_update_ts_epoch', 'ts'],
];

const WRITERS: readonly ((proposal: ProposalRecord) => string)[] = Object.values(TEXTS);
const places = Object.keys(TEXTS);

const namesOf = (fields: readonly Field[]): readonly string[] => fields.map(([name]) => name);
const write = (fields: readonly Field[], proposal: ProposalRecord): string[] =>
  fields.flatMap(([name, text]) => [name, TEXTS[text](proposal)]);
const layoutOf = (fields: readonly Field[]): readonly (readonly [name: string, place: number])[] =>
  fields.map(([name, text]) => [name, places.indexOf(text)]);

export const PROPOSAL_STREAM_FIELDS = namesOf(STREAM);
export const PROPOSAL_HASH_FIELDS = namesOf(HASH);

/** The stream entry of a proposal as a flat `[field, value, ...]` list. */
export const proposalStreamEntry = (proposal: ProposalRecord): string[] => write(STREAM, proposal);

/** The shadow hash of a proposal as a flat `[field, value, ...]` list. */
export const proposalHash = (proposal: ProposalRecord): string[] => write(HASH, proposal);

/** How many texts `proposalTexts` gives. */
export const PROPOSAL_TEXTS = WRITERS.length;

/** Every text that is written of a proposal, once, for who puts the entry and the hash together elsewhere. */
export const proposalTexts = (proposal: ProposalRecord): string[] => WRITERS.map((write) => write(proposal));

/** The fields of the entry and of the hash, in their order, each with its text's place in `proposalTexts`. */
export const PROPOSAL_STREAM_LAYOUT = layoutOf(STREAM);
export const PROPOSAL_HASH_LAYOUT = layoutOf(HASH);

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
