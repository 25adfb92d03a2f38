import { createHash } from 'node:crypto';
import type { DecisionRecord, Permit } from '@quantum/redis-schemas';

// The default parameters, which all scenarios use.
const MIN_CONFIDENCE = 0.65;
const MAX_FUTURE_SEC = 60;
const MAX_AGE_SEC = 600;
const THRESHOLD = 0.45;
const LEAST_FACTOR = 0.25;
const MAX_COOLDOWN_SEC = 120;

/** The hash of these parameters: names sorted, no blanks. */
const POLICY = createHash('sha256')
  .update(
    `{"P31_DOWNSIZE_THRESHOLD":${THRESHOLD},"P31_EFF_TTL_SEC":${MAX_AGE_SEC},"P31_HINT_CLOSES":false,` +
      `"P31_MAX_EXTRA_COOLDOWN_SEC":${MAX_COOLDOWN_SEC},"P31_MAX_FUTURE_SEC":${MAX_FUTURE_SEC},` +
      `"P31_MIN_CONF":${MIN_CONFIDENCE},"P31_MIN_FACTOR":${LEAST_FACTOR}}`,
  )
  .digest('hex')
  .slice(0, 12);

const isUnit = (x: number): boolean => x >= 0 && x <= 1;

/** The hint's fields of a permit, recomputed from its record's inputs by the contract's rules. */
export function expectedHint({ inputs, decided_at: nowSec }: DecisionRecord): Partial<Permit> {
  const number = (name: string): number => {
    const value = inputs[name];
    return value === null || value === undefined || value === '' ? NaN : Number(value);
  };
  const score = number('eff_score');
  const confidence = number('eff_confidence');
  const ts = number('eff_ts');
  const nothing = [score, confidence, ts].every(Number.isNaN);
  const invalid = !isUnit(score) || !isUnit(confidence) || !(ts - nowSec <= MAX_FUTURE_SEC);
  // An unreadable key, an absent one and one without readable fields look alike from here.
  const silent = (['redis_error', 'missing_eff', 'invalid_eff'] as const).find((r) => r === inputs['eff_reason']);
  const reason =
    nothing && silent ? silent
    : invalid ? 'invalid_eff'
    : nowSec - ts > MAX_AGE_SEC ? 'stale_eff'
    : confidence < MIN_CONFIDENCE ? 'low_conf'
    : 'ok'; // prettier-ignore
  const downsize = reason === 'ok' && score < THRESHOLD && inputs['closing'] === false;
  const factor = (downsize ? Math.max(LEAST_FACTOR, score / THRESHOLD) : 1).toFixed(4);
  return {
    eff_score: Number.isNaN(score) ? '' : score.toFixed(4),
    eff_confidence: Number.isNaN(confidence) ? '' : confidence.toFixed(3),
    eff_stale: reason === 'stale_eff' ? '1' : '0',
    eff_factor: factor,
    downsize_factor: factor,
    eff_action: downsize ? 'DOWNSIZE' : 'NONE',
    eff_reason: reason,
    extra_cooldown_sec: String(downsize ? Math.round((1 - score) * MAX_COOLDOWN_SEC) : 0),
    policy: POLICY,
  };
}
