import type { EfficiencyReading } from '@quantum/redis-schemas';
import type { EfficiencyReason } from './reasons.js';

/** Bounds that a reading must meet to count. */
export interface AssessmentParameters {
  /** P31_MIN_CONF: minimum confidence, 0..1. */
  minConfidence: number;
  /** P31_MAX_FUTURE_SEC: maximum lead of a timestamp over `now`, seconds. */
  maxFutureSec: number;
  /** Maximum age, seconds: P31_STALE_SEC for proposals, P31_EFF_TTL_SEC for permits. */
  maxAgeSec: number;
}

/** The assessment of a reading, and the numbers that explain it. Fields that the reading lacks are undefined. */
export interface Assessment {
  reason: EfficiencyReason;
  /** True only for `stale_eff`. */
  stale: boolean;
  /** Score if it is readable, 0..1, whatever the reason. */
  score: number | undefined;
  /** Confidence if it is readable, 0..1, whatever the reason. */
  confidence: number | undefined;
  /** Time of the reading if it is readable, unix seconds. */
  tsSec: number | undefined;
  /** `ts` as written, empty if `tsSec` is undefined. */
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
 * Assesses one efficiency reading at the time `nowSec` (unix seconds). Total and fail-open: every reading gets a
 * reason, and any reason other than `ok` means that the score changes nothing. Both steps use it. They differ only in
 * `maxAgeSec`.
 */
export function assess(reading: EfficiencyReading, nowSec: number, parameters: AssessmentParameters): Assessment {
  if (reading.state === 'unreadable') return nothing('redis_error');
  if (reading.state === 'missing') return nothing('missing_eff');

  const score = unit(reading.score);
  const confidence = unit(reading.confidence);
  const ts = reading.tsSec ?? NaN;
  const tsSec = Number.isFinite(ts) && ts - nowSec <= parameters.maxFutureSec ? ts : undefined;
  const readable = { score, confidence, tsSec, tsText: tsSec === undefined ? '' : reading.tsText };

  if (score === undefined || confidence === undefined || tsSec === undefined) {
    return { reason: 'invalid_eff', stale: false, ...readable };
  }
  if (nowSec - tsSec > parameters.maxAgeSec) return { reason: 'stale_eff', stale: true, ...readable };
  if (confidence < parameters.minConfidence) return { reason: 'low_conf', stale: false, ...readable };
  return { reason: 'ok', stale: false, ...readable };
}
