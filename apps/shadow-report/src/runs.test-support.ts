import { assess, multiplierOf, multiplyTarget } from '@quantum/efficiency-policy';
import { asComputed, proposalStreamEntry } from '@quantum/redis-schemas';
import {
  DEFAULT_THRESHOLDS,
  Evidence,
  judge,
  Performance,
  type PriceRows,
  type RecordingLine,
} from '@quantum/shadow-evidence';
import { policyOf } from './policy.js';
import { measuredOf } from './report/measured.js';
import type { Report } from './report/report.js';

/** Monday 2025-11-17 14:11:00 UTC. */
export const START_SEC = 1_763_388_660;
const POLICY = policyOf({ proposer: {}, governor: {} });
const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];

export interface Run {
  cycles: number;
  /** Distance of the cycles. */
  everySec: number;
  /** Whether a symbol has a score in a cycle; by default always. */
  hasScore?: (cycle: number, symbol: number) => boolean;
  /** Whether there is a cycle at all; by default always. */
  isUp?: (cycle: number) => boolean;
}

/**
 * A recorded run of the proposer on three symbols with scores that waver a little, each proposal as its policy gives
 * it.
 */
export function proposalsOf({ cycles, everySec, hasScore = () => true, isUp = () => true }: Run): RecordingLine[] {
  return Array.from({ length: cycles }, (_, i) => i)
    .filter(isUp)
    .flatMap((i) => SYMBOLS.map((symbol, s) => proposalOf(symbol, s, START_SEC + i * everySec, i, hasScore(i, s))));
}

function proposalOf(symbol: string, s: number, tsEpochSec: number, i: number, hasScore: boolean): RecordingLine {
  const baseTargetUsd = 1000 * (s + 1);
  const tsSec = tsEpochSec - 5;
  const reading = { state: 'read', score: 0.5 + 0.02 * Math.sin(i / 20 + s), confidence: 0.9, tsSec, tsText: String(tsSec) } as const; // prettier-ignore
  const assessment = assess(hasScore ? reading : { state: 'missing' }, tsEpochSec, POLICY.proposer);
  const proposal = multiplyTarget(baseTargetUsd, multiplierOf(assessment, POLICY.proposer));
  if (!proposal.proposed) throw new Error('no proposal');
  const { multiplier, proposedTargetUsd } = proposal;
  const fields = proposalStreamEntry({
    tsEpochSec, symbol, baseTargetUsd, proposedTargetUsd, multiplier, effScore: assessment.score, effConfidence: assessment.confidence,
    effTsText: assessment.tsText, effStale: assessment.stale, baseTsText: String(tsEpochSec - 2), reason: assessment.reason,
    ...asComputed(multiplier, POLICY.hashes.proposal),
  }); // prettier-ignore
  return { kind: 'proposal', id: `${tsEpochSec}000-0`, fields, side: 1 };
}

/** Prices at the cycles of a run: the first symbol rises, the others stand still. */
export const pricesOf = ({ cycles, everySec }: Run): PriceRows => ({
  symbols: SYMBOLS,
  rows: Array.from({ length: cycles }, (_, i) => ({ tsSec: START_SEC + i * everySec + 1, prices: [100 + i, 10, 1] })),
});

/** The default thresholds of proposals alone: such a run decides no plans. */
export const PROPOSAL_THRESHOLDS = {
  ...DEFAULT_THRESHOLDS,
  lines: Object.fromEntries(
    Object.entries(DEFAULT_THRESHOLDS.lines).filter(([id]) => !/unreadable|unanswered|hints/.test(id)),
  ),
};

/** The report on these lines, as the command puts it together. */
export function reportOf(
  lines: readonly RecordingLine[],
  {
    everySec,
    prices,
    thresholds = PROPOSAL_THRESHOLDS,
  }: { everySec: number; prices?: PriceRows; thresholds?: typeof DEFAULT_THRESHOLDS },
): Report {
  const performance = prices && new Performance(prices, { costBps: 10, maxAgeSec: 600 });
  const evidence = new Evidence(POLICY, { intervalSec: everySec, performance });
  for (const line of lines) evidence.take(line);
  const figures = evidence.figures({ seed: 1 });
  return {
    ...judge(figures, thresholds, evidence.coveredHours),
    recording: '/somewhere/run.qrec',
    tornBytes: 0,
    damage: { places: 0, bytes: 0 },
    figures,
    ...measuredOf(evidence, performance),
  };
}
