import { assess, multiplierOf, multiplyTarget } from '@quantum/efficiency-policy';
import { asComputed, proposalStreamEntry } from '@quantum/redis-schemas';
import { Evidence } from './evidence.js';
import { policy } from './policy.test-support.js';
import type { RecordingLine } from './recording.js';
import type { Performance } from './statistics/performance.js';

/** The proposer's entry for a score at a time; undefined: there was none. */
export function proposalLine(
  symbol: string,
  tsEpochSec: number,
  baseTargetUsd: number,
  score: number | undefined,
  { confidence = 1, ageSec = 5, baseAgeSec = 2 } = {},
): RecordingLine {
  const reading = {
    state: 'read' as const,
    score,
    confidence,
    tsSec: tsEpochSec - ageSec,
    tsText: String(tsEpochSec - ageSec),
  };
  const assessment = assess(score === undefined ? { state: 'missing' } : reading, tsEpochSec, policy.proposer);
  const proposal = multiplyTarget(baseTargetUsd, multiplierOf(assessment, policy.proposer));
  if (!proposal.proposed) throw new Error('no proposal');
  const { multiplier, proposedTargetUsd } = proposal;
  const fields = proposalStreamEntry({
    tsEpochSec, symbol, baseTargetUsd, proposedTargetUsd, multiplier, effScore: assessment.score, effConfidence: assessment.confidence,
    effTsText: assessment.tsText, effStale: assessment.stale, baseTsText: String(tsEpochSec - baseAgeSec), reason: assessment.reason,
    ...asComputed(multiplier, policy.hashes.proposal),
  }); // prettier-ignore
  return { kind: 'proposal', id: `${tsEpochSec}000-0`, fields };
}

/** The evidence of these lines, by the services' defaults. */
export function evidenceOf(lines: readonly RecordingLine[], intervalSec = 600, performance?: Performance): Evidence {
  const evidence = new Evidence(policy, { intervalSec, performance });
  for (const line of lines) evidence.take(line);
  return evidence;
}
