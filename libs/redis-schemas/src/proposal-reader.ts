import { PROPOSAL_HASH_FIELDS, PROPOSAL_STREAM_FIELDS, type ProposalRecord } from './proposal.js';
import type { EfficiencyReason } from './reasons.js';
import { parseNumber } from './text.js';

/** What the fields of a proposal say: undefined where a field is absent, or is no number where a number should be. */
export type ReadProposal = { [Property in keyof ProposalRecord]: ProposalRecord[Property] | undefined };

/** Every field that a proposal is read from: the stream's in their order, then what the hash has besides. */
const FIELDS: readonly string[] = [...new Set([...PROPOSAL_STREAM_FIELDS, ...PROPOSAL_HASH_FIELDS])];

/** The field that each property of a proposal is read from. */
export const PROPOSAL_FIELD_OF = {
  tsEpochSec: 'ts_epoch',
  symbol: 'symbol',
  baseTargetUsd: 'base_target',
  proposedTargetUsd: 'proposed_target',
  multiplier: 'multiplier',
  effScore: 'eff_score',
  effConfidence: 'eff_confidence',
  effTsText: 'eff_ts',
  effStale: 'eff_stale',
  baseTsText: 'base_ts',
  reason: 'reason',
  rawMultiplier: 'raw_multiplier',
  smoothedMultiplier: 'smoothed_multiplier',
  policy: 'policy',
  budgetScale: 'budget_scale',
  smoothingFrom: 'smoothing_from',
  smoothingFromTsSec: 'smoothing_from_ts',
} as const satisfies Record<keyof ProposalRecord, string>;

const places = Object.entries(PROPOSAL_FIELD_OF).map(([property, name]) => [property, 2 * FIELDS.indexOf(name)]);
const AT = Object.fromEntries(places) as Record<keyof ProposalRecord, number>;

/** Those fields that have one of these names, in the order in which `readProposal` takes them. */
export const inReadingOrder = (fields: Readonly<Record<string, string>>, names: readonly string[]): string[] =>
  FIELDS.flatMap((name) => (names.includes(name) && fields[name] !== undefined ? [name, fields[name]] : ['', '']));

/**
 * Reads a proposal from `[field, value, ...]` with the fields in the stream's order, by their places: a search by name makes
 * replay slower. A value behind another name counts as absent. Total, and checks no more than that numbers are numbers.
 */
export function readProposal(flat: readonly string[]): ReadProposal {
  const text = (at: number): string | undefined => (flat[at] === FIELDS[at / 2] ? flat[at + 1] : undefined);
  const number = (at: number): number | undefined => parseNumber(text(at));
  const stale = text(AT.effStale);
  return {
    tsEpochSec: number(AT.tsEpochSec),
    symbol: text(AT.symbol),
    baseTargetUsd: number(AT.baseTargetUsd),
    proposedTargetUsd: number(AT.proposedTargetUsd),
    multiplier: number(AT.multiplier),
    effScore: number(AT.effScore),
    effConfidence: number(AT.effConfidence),
    effTsText: text(AT.effTsText),
    effStale: stale === undefined ? undefined : stale === '1',
    baseTsText: text(AT.baseTsText),
    reason: text(AT.reason) as EfficiencyReason | undefined,
    rawMultiplier: number(AT.rawMultiplier),
    smoothedMultiplier: number(AT.smoothedMultiplier),
    policy: text(AT.policy),
    budgetScale: number(AT.budgetScale),
    smoothingFrom: number(AT.smoothingFrom),
    smoothingFromTsSec: number(AT.smoothingFromTsSec),
  };
}
