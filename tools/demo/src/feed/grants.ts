/** What the Apply Layer knows of the governor's limits: it paces its plans by a symbol's expected grants. */
const COOLDOWN_SEC = 60;
const FIVE_MIN_SEC = 300;
const HOUR_SEC = 3600;
const MAX_PER_FIVE_MIN = 2;
const MAX_PER_HOUR = 3;
/** A second of difference between the feed's clock and the governor's must not turn a pass into a refusal. */
const SLACK_SEC = 2;

/** Why an opening plan of a symbol would be refused now, `free` if it would not. */
export type Pace = 'free' | 'cooling' | 'busy_hour' | 'busy_minutes';

/** The state of a symbol at a time, checked in the governor's order. */
export function paceOf(grantsSec: readonly number[], nowSec: number): Pace {
  const within = (seconds: number) =>
    grantsSec.filter((grantedSec) => nowSec - grantedSec < seconds + SLACK_SEC).length;
  if (within(COOLDOWN_SEC) > 0) return 'cooling';
  if (within(HOUR_SEC) >= MAX_PER_HOUR) return 'busy_hour';
  return within(FIVE_MIN_SEC) >= MAX_PER_FIVE_MIN ? 'busy_minutes' : 'free';
}

/** The grants plus one, without those that no limit counts any longer. */
export const addGrant = (grantsSec: readonly number[], nowSec: number): number[] => [
  ...grantsSec.filter((grantedSec) => nowSec - grantedSec < HOUR_SEC + SLACK_SEC),
  nowSec,
];

/** Permits of two symbols before the start. One has used up its hour, the other its five minutes: seen at once. */
export const HISTORY_SEC = [
  [2400, 1500, 700],
  [240, 150],
] as const;
