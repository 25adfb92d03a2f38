import { PROPOSAL_HASH_FIELDS, PROPOSAL_STREAM_FIELDS, type ProposalRecord } from './proposal.js';
import { parseNumber } from './text.js';

/** What the fields of a proposal say: undefined where a field is absent, or is no number where a number should be. */
export type ReadProposal = { [Property in keyof ProposalRecord]: ProposalRecord[Property] | undefined };

/** Every field that a proposal is read from: the stream's in their order, then what only the hash has. */
const FIELDS: readonly string[] = [...new Set([...PROPOSAL_STREAM_FIELDS, ...PROPOSAL_HASH_FIELDS])];
const PLACES = new Map(FIELDS.map((name, i) => [name, 2 * i]));

/** Those fields that have one of these names, in the order in which `readProposal` takes them. */
export const inReadingOrder = (fields: Readonly<Record<string, string>>, names: readonly string[]): string[] =>
  FIELDS.flatMap((name) => (names.includes(name) && fields[name] !== undefined ? [name, fields[name]] : ['', '']));

/**
 * Reads a proposal from `[field, value, ...]` with the fields in the stream's order, by their places: a search by name
 * makes replay slower. A value behind another name counts as absent. Total, and checks no more than that numbers are
 * numbers.
 */
export function readProposal(flat: readonly string[]): ReadProposal {
  const text = (name: string): string | undefined => {
    const at = PLACES.get(name) ?? NaN;
    return flat[at] === name ? flat[at + 1] : undefined;
  };
  const number = (name: string): number | undefined => parseNumber(text(name));
  const stale = text('eff_stale');
  return {
    tsEpochSec: number('ts_epoch'),
    symbol: text('symbol'),
    baseTargetUsd: number('base_target'),
    proposedTargetUsd: number('proposed_target'),
    multiplier: number('multiplier'),
    effScore: number('eff_score'),
    effConfidence: number('eff_confidence'),
    effTsText: text('eff_ts'),
    effStale: stale === undefined ? undefined : stale === '1',
    baseTsText: text('base_ts'),
    reason: text('reason'),
    rawMultiplier: number('raw_multiplier'),
    smoothedMultiplier: number('smoothed_multiplier'),
    policy: text('policy'),
    budgetScale: number('budget_scale'),
    smoothingFrom: number('smoothing_from'),
    smoothingFromTsSec: number('smoothing_from_ts'),
  };
}
