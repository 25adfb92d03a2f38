import { assess, proposeTarget } from '@quantum/efficiency-policy';
import {
  asComputed,
  parseNumber,
  PROPOSAL_FIRST_STREAM_FIELDS,
  proposalStreamEntry,
  type EfficiencyReason,
  type ProposalRecord,
} from '@quantum/redis-schemas';
import type { ProposerPolicy } from './policy.js';
import { readingOf } from './reading.js';

/** A recorded proposal as it was published. */
export interface RecordedProposal {
  tsEpochSec: number;
  symbol: string;
  baseTargetUsd: number;
  proposedTargetUsd: number;
  multiplier: number;
  effScore: number | undefined;
  effConfidence: number | undefined;
  effTsText: string;
  baseTsText: string;
  reason: EfficiencyReason;
}

/** Reads an entry `[field, value, ...]`; undefined where it is no proposal. Fields behind those that entries always had are ignored. */
export function parseRecordedProposal(fields: readonly string[]): RecordedProposal | undefined {
  if (!PROPOSAL_FIRST_STREAM_FIELDS.every((name, at) => fields[2 * at] === name)) return undefined;
  const text = (at: number): string => fields[2 * at + 1] ?? '';
  const tsEpochSec = parseNumber(text(0));
  const baseTargetUsd = parseNumber(text(2));
  const proposedTargetUsd = parseNumber(text(3));
  const multiplier = parseNumber(text(4));
  if (tsEpochSec === undefined || baseTargetUsd === undefined) return undefined;
  if (proposedTargetUsd === undefined || multiplier === undefined) return undefined;
  return {
    tsEpochSec,
    symbol: text(1),
    baseTargetUsd,
    proposedTargetUsd,
    multiplier,
    effScore: parseNumber(text(5)),
    effConfidence: parseNumber(text(6)),
    effTsText: text(7),
    baseTsText: text(8),
    reason: text(10) as EfficiencyReason,
  };
}

/** Decides a recorded proposal again, from its recorded inputs; undefined if under this policy there would be none. */
export function proposeAgain(recorded: RecordedProposal, policy: ProposerPolicy): ProposalRecord | undefined {
  const { tsEpochSec, symbol, baseTargetUsd, effScore, effConfidence, effTsText, baseTsText, reason } = recorded;
  const reading = readingOf(reason, effScore, effConfidence, effTsText);
  const assessment = assess(reading, tsEpochSec, policy);
  const proposal = proposeTarget(baseTargetUsd, assessment, policy);
  if (!proposal.proposed) return undefined;
  return {
    tsEpochSec,
    symbol,
    baseTargetUsd,
    proposedTargetUsd: proposal.proposedTargetUsd,
    multiplier: proposal.multiplier,
    effScore: assessment.score,
    effConfidence: assessment.confidence,
    effTsText: assessment.tsText,
    effStale: assessment.stale,
    baseTsText,
    reason: assessment.reason,
    ...asComputed(proposal.multiplier, ''),
  };
}

/**
 * The entry that the proposer would write, as far as entries always went, or undefined where it is the recorded one to the
 * byte.
 */
export function entryDifference(fields: readonly string[], again: ProposalRecord | undefined): string[] | undefined {
  const expected = again ? proposalStreamEntry(again).slice(0, 2 * PROPOSAL_FIRST_STREAM_FIELDS.length) : [];
  const same = expected.length > 0 && expected.every((text, at) => text === fields[at]);
  return same ? undefined : expected;
}
