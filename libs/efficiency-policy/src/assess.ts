import type { EfficiencyReading, EfficiencyReason } from '@quantum/redis-schemas';

/** Bounds that a reading must keep to count. */
export interface AssessmentPolicy {
  /** P31_MIN_CONF: least confidence that counts, 0..1. */
  minConfidence: number;
  /** P31_MAX_FUTURE_SEC: how far ahead of `now` a timestamp may be, seconds. */
  maxFutureSec: number;
  /** Greatest age that counts, seconds: P31_STALE_SEC for proposals, P31_EFF_TTL_SEC for permits. */
  maxAgeSec: number;
}

/** What a reading is worth, and the numbers that say why. Fields that the reading does not give are undefined. */
export interface Assessment {
  reason: EfficiencyReason;
  /** True only for `stale_eff`. */
  stale: boolean;
  /** Score where it is readable by itself, 0..1, whatever the reason. */
  score: number | undefined;
  /** Confidence where it is readable by itself, 0..1, whatever the reason. */
  confidence: number | undefined;
  /** Time of the reading where it is readable by itself, unix seconds. */
  tsSec: number | undefined;
  /** `ts` as it was written, empty where `tsSec` is undefined. */
  tsText: string;
}

const nothing = (reason: EfficiencyReason): Assessment => ({
  reason,
  stale: false,
  score: undefined,
  confidence: undefined,
  tsSec: undefined,
  tsText: '',
});

const unit = (value: number | undefined): number | undefined =>
  value !== undefined && value >= 0 && value <= 1 ? value : undefined;

/**
 * Judges one efficiency reading at the time `nowSec` (unix seconds). Total and fail-open: every reading gets a reason,
 * and every reason but `ok` means that the score changes nothing. Serves both steps; they differ in `maxAgeSec` alone.
 */
export function assess(reading: EfficiencyReading, nowSec: number, policy: AssessmentPolicy): Assessment {
  if (reading.state === 'unreadable') return nothing('redis_error');
  if (reading.state === 'missing') return nothing('missing_eff');

  const score = unit(reading.score);
  const confidence = unit(reading.confidence);
  const ts = reading.tsSec ?? NaN;
  const tsSec = Number.isFinite(ts) && ts - nowSec <= policy.maxFutureSec ? ts : undefined;
  const readable = { score, confidence, tsSec, tsText: tsSec === undefined ? '' : reading.tsText };

  if (score === undefined || confidence === undefined || tsSec === undefined) {
    return { reason: 'invalid_eff', stale: false, ...readable };
  }
  if (nowSec - tsSec > policy.maxAgeSec) return { reason: 'stale_eff', stale: true, ...readable };
  if (confidence < policy.minConfidence) return { reason: 'low_conf', stale: false, ...readable };
  return { reason: 'ok', stale: false, ...readable };
}
