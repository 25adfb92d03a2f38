import type { Finding } from '../scenario.js';
import type { Limits } from './settings.js';

export interface Granted {
  planId: string;
  symbol: string;
  /** Time of the decision, unix seconds. */
  atSec: number;
  opening: boolean;
  notionalUsd: number;
}

/**
 * Tolerance between the decision times of two replicas and the true order of their decisions, seconds. A closing plan
 * is never refused: one within this tolerance may have come after the open whose cooldown it would begin.
 */
const ORDER_UNKNOWN_SEC = 2;
/** Tolerance of sums of doubles against sums of integer micro USD. */
const ROUNDING_USD = 0.001;

const dayOf = (sec: number): string => new Date(sec * 1000).toISOString().slice(0, 10);

/**
 * Recomputes from the permits alone, in the order of their times, that no open was granted beyond a limit. Does not
 * know how the governor counts. Quadratic in the permits of a symbol, which the limits keep few.
 */
export function checkLimits(granted: readonly Granted[], limits: Limits): Finding<'limit_exceeded'>[] {
  const bySymbol = new Map<string, Granted[]>();
  for (const permit of granted) bySymbol.set(permit.symbol, [...(bySymbol.get(permit.symbol) ?? []), permit]);
  return [...bySymbol.values()].flatMap((permits) =>
    permits
      .filter(({ opening }) => opening)
      .flatMap((permit) => {
        const before = permits.filter((other) => other !== permit && countsBefore(other, permit));
        return excesses(permit, before, limits).map((what): Finding<'limit_exceeded'> => ({
          kind: 'limit_exceeded',
          text: `permit of plan ${permit.planId} (${permit.symbol}, at ${permit.atSec}): ${what}`,
        }));
      }),
  );
}

const countsBefore = (other: Granted, permit: Granted): boolean =>
  other.opening ? other.atSec <= permit.atSec : other.atSec < permit.atSec - ORDER_UNKNOWN_SEC;

/** Opens count in the windows and in the day; a close only begins a cooldown. */
function excesses(permit: Granted, before: readonly Granted[], limits: Limits): string[] {
  const { atSec, notionalUsd } = permit;
  const opens = before.filter(({ opening }) => opening);
  const within = (spanSec: number): number => opens.filter((other) => other.atSec > atSec - spanSec).length + 1;
  const youngest = Math.max(...before.map((other) => other.atSec));
  const dayUsd = opens
    .filter((other) => dayOf(other.atSec) === dayOf(atSec))
    .reduce((sum, other) => sum + other.notionalUsd, notionalUsd);
  return [
    ...(within(300) > limits.maxPer5Min ? [`${within(300)} permits within 5 min`] : []),
    ...(within(3600) > limits.maxPerHour ? [`${within(3600)} permits within an hour`] : []),
    ...(atSec - youngest < limits.cooldownSec ? [`${(atSec - youngest).toFixed(3)} s after the one before`] : []),
    // A plan with notional 0 is not refused for it: its notional is unknown.
    ...(notionalUsd > 0 && dayUsd > limits.maxNotionalPerDayUsd + ROUNDING_USD ? [`${dayUsd} USD in the day`] : []),
  ];
}
