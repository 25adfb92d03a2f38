import type { Finding } from '../scenario.js';
import type { Limits } from './settings.js';

/** A permit as its decision record has it. */
export interface Granted {
  planId: string;
  symbol: string;
  /** Time of the decision, unix seconds. */
  atSec: number;
  opening: boolean;
  notionalUsd: number;
}

/**
 * How far the times of two replicas' decisions may disagree with the order in which they were made, seconds. A closing plan
 * is never refused: one that is no older than this may have come after the open whose cooldown it would begin.
 */
const ORDER_UNKNOWN_SEC = 2;
/** Sums of doubles against sums of whole micro USD. */
const ROUNDING_USD = 0.001;

const dayOf = (sec: number): string => new Date(sec * 1000).toISOString().slice(0, 10);

/**
 * Recomputes from the permits alone, in the order of their times, that no open was granted beyond a limit. Knows nothing of
 * how the governor counts. Quadratic in the permits of a symbol, of which limits leave few.
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
    // What costs nothing is not refused for its cost: its notional is not known.
    ...(notionalUsd > 0 && dayUsd > limits.maxNotionalPerDayUsd + ROUNDING_USD ? [`${dayUsd} USD in the day`] : []),
  ];
}
