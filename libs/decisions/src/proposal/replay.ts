import type { ProposalParameters, SmoothingState } from '@quantum/efficiency-policy';
import {
  PROPOSAL_FIRST_STREAM_FIELDS,
  PROPOSAL_STREAM_FIELDS,
  proposalStreamEntry,
  readProposal,
  type ProposalBasics,
  type ProposalRecord,
} from '@quantum/redis-schemas';
import { readingOf } from '../reading.js';
import { scaleToBudget } from './budget.js';
import { propose } from './decide.js';

/** A recorded proposal as it was published. */
export interface RecordedProposal extends Omit<ProposalBasics, 'effStale'> {
  /** Short hash of the parameters that decided; undefined in entries of earlier versions. */
  policy: string | undefined;
  /** What the budget of its cycle scaled multipliers by: an input, for a cycle is no part of an entry. */
  budgetScale: number;
  /** What smoothing started from; undefined where it started from nothing or was off. */
  smoothingFrom: SmoothingState | undefined;
}

const FIRST = 2 * PROPOSAL_FIRST_STREAM_FIELDS.length;
const POLICY = 2 * PROPOSAL_STREAM_FIELDS.indexOf('policy');

/** Whether an entry tells how its multiplier came about. Those of earlier versions end before. */
const tellsOrigin = (fields: readonly string[]): boolean => fields[FIRST] === PROPOSAL_STREAM_FIELDS[FIRST / 2];

/** The hash of the parameters that decided an entry `[field, value, ...]`; undefined where it carries none. */
export const policyOfEntry = (fields: readonly string[]): string | undefined =>
  fields[POLICY] === 'policy' ? fields[POLICY + 1] : undefined;

/**
 * Reads an entry `[field, value, ...]`; undefined where it is no proposal. Fields added behind the known ones are
 * ignored. Values that the proposer never writes are read all the same: a replay shows them as different.
 */
export function parseRecordedProposal(fields: readonly string[]): RecordedProposal | undefined {
  if (!PROPOSAL_FIRST_STREAM_FIELDS.every((name, at) => fields[2 * at] === name)) return undefined;
  const read = readProposal(fields);
  const { tsEpochSec, baseTargetUsd, proposedTargetUsd, multiplier } = read;
  if (tsEpochSec === undefined || baseTargetUsd === undefined) return undefined;
  if (proposedTargetUsd === undefined || multiplier === undefined) return undefined;
  const { effScore, effConfidence, smoothingFrom, smoothingFromTsSec } = read;
  const hasOrigin = tellsOrigin(fields);
  const isSmoothed = hasOrigin && smoothingFrom !== undefined && smoothingFromTsSec !== undefined;
  return {
    tsEpochSec,
    symbol: read.symbol ?? '',
    baseTargetUsd,
    proposedTargetUsd,
    multiplier,
    effScore,
    effConfidence,
    effTsText: read.effTsText ?? '',
    baseTsText: read.baseTsText ?? '',
    reason: read.reason ?? '',
    policy: hasOrigin ? read.policy : undefined,
    budgetScale: (hasOrigin ? read.budgetScale : undefined) ?? 1,
    smoothingFrom: isSmoothed ? { multiplier: smoothingFrom, tsSec: smoothingFromTsSec } : undefined,
  };
}

/**
 * Replays a recorded proposal from its recorded inputs, its budget's scale among them; undefined if by these parameters
 * there would be none.
 * @param smoothing what smoothing starts from
 */
export function replayProposal(
  recorded: RecordedProposal,
  parameters: ProposalParameters,
  smoothing: SmoothingState | undefined,
): ProposalRecord | undefined {
  const { tsEpochSec, symbol, baseTargetUsd, baseTsText, budgetScale, policy = '' } = recorded;
  const efficiency = readingOf(recorded.reason, recorded.effScore, recorded.effConfidence, recorded.effTsText);
  const inputs = { symbol, baseTargetUsd, baseTsText, efficiency, smoothing };
  const proposal = propose(inputs, tsEpochSec, { parameters, policy });
  if (!proposal) return undefined;
  scaleToBudget(proposal, budgetScale, parameters);
  proposal.budgetScale = budgetScale; // an input of the entry, whether or not it counted for this one
  return Number.isFinite(proposal.proposedTargetUsd) ? proposal : undefined;
}

/** The entry that the proposer would write; undefined where it is the recorded one, as far as its version went. */
export function entryDifference(fields: readonly string[], replayed: ProposalRecord | undefined): string[] | undefined {
  const expected = replayed ? proposalStreamEntry(replayed).slice(0, tellsOrigin(fields) ? undefined : FIRST) : [];
  const same = expected.length > 0 && expected.every((text, at) => text === fields[at]);
  return same ? undefined : expected;
}
