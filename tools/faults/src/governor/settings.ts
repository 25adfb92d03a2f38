/** The limits of the governors in all scenarios, low enough that each is reached. */
export const LIMITS = {
  cooldownSec: 0.3,
  maxPerHour: 6,
  maxPer5Min: 5,
  maxNotionalPerDayUsd: 1000,
  killScoreCritical: 0.8,
  planMaxAgeSec: 60,
} as const;
export type Limits = Readonly<Record<keyof typeof LIMITS, number>>;

/** Idle time after which entries of a dead governor are claimed, seconds. */
const CLAIM_IDLE_SEC = 0.5;

export const GOVERNOR_ENV: Readonly<Record<string, string>> = {
  GOV_SYMBOL_COOLDOWN_SECONDS: String(LIMITS.cooldownSec),
  GOV_MAX_EXEC_PER_HOUR: String(LIMITS.maxPerHour),
  GOV_MAX_EXEC_PER_5MIN: String(LIMITS.maxPer5Min),
  GOV_MAX_NOTIONAL_PER_DAY_USD: String(LIMITS.maxNotionalPerDayUsd),
  GOV_PLAN_MAX_AGE_SEC: String(LIMITS.planMaxAgeSec),
  GOV_CLAIM_IDLE_SEC: String(CLAIM_IDLE_SEC),
  // Kills and closed connections are so frequent that a valid plan is delivered often.
  GOV_MAX_DELIVERIES: '50',
};

/** Maximum age of plans, seconds: in the short form shorter than some faults. */
export const greatestAgeSec = (isLong: boolean): number => (isLong ? LIMITS.planMaxAgeSec : 3);
