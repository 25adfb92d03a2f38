import { asComputed, type ProposalRecord } from '@quantum/redis-schemas';

/** A proposal that changes nothing, since there is no score; `changes` are its fields that matter to a test. */
export const aProposal = (changes: Partial<ProposalRecord> = {}): ProposalRecord => ({
  tsEpochSec: 1_700_000_000,
  symbol: 'BTCUSDT',
  baseTargetUsd: 1000,
  proposedTargetUsd: 1000,
  multiplier: 1,
  effScore: undefined,
  effConfidence: undefined,
  effTsText: '',
  effStale: false,
  baseTsText: '',
  reason: 'missing_eff',
  ...asComputed(1, '0123456789ab'),
  ...changes,
});
