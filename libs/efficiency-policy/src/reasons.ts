/** Why an efficiency reading counts or does not, with its meaning. The first that holds, in this order, wins. */
export const EFFICIENCY_REASON_TEXT = {
  redis_error: 'the key could not be read (wrong type, no permission, its slot is down)',
  missing_eff: 'none of `efficiency_score`, `confidence`, `ts` is present',
  invalid_eff:
    'one of the three is absent or no finite number, score or confidence is outside 0..1, or `ts` is more than `P31_MAX_FUTURE_SEC` ahead',
  stale_eff: 'older than `P31_STALE_SEC` (proposals), `P31_EFF_TTL_SEC` (permits)',
  low_conf: 'confidence below `P31_MIN_CONF`',
  ok: 'the formula applies',
} as const;
export type EfficiencyReason = keyof typeof EFFICIENCY_REASON_TEXT;
export const EFFICIENCY_REASONS = Object.keys(EFFICIENCY_REASON_TEXT) as EfficiencyReason[];
