import { PUBLISHING } from '@quantum/rollout-plan';
import type { GuardInput } from '@quantum/rollout-guards';
import { HOUR_SEC } from './hour-close.js';
import type { CycleMarket, FoldContext } from './market.js';
import type { Moves } from './moves.js';
import { totals, type Window, type WindowSize } from './window.js';

/** What is counted over the last hour. */
export type HourCount = 'due' | 'published' | 'symbolsDue' | 'symbolsEnforced' | 'turns' | 'symbolSec';
export const NO_HOUR: Readonly<Record<HourCount, number>> = {
  due: 0, published: 0, symbolsDue: 0, symbolsEnforced: 0, turns: 0, symbolSec: 0,
}; // prettier-ignore
/** Five minutes each: the last hour, and the five minutes that are not over. */
export const HOUR_SIZE: WindowSize = { bucketSec: 300, count: 13 };

/** What is counted over the last day: by the hour. */
export const NO_DAY = { turnover: 0 };
export const DAY_SIZE: WindowSize = { bucketSec: HOUR_SEC, count: 25 };

/**
 * The counts of the time since the last cycle, which was to publish if its state does. Cycles that did not happen were
 * due.
 */
export function hourCounts(
  { nowSec, cohort }: CycleMarket,
  { state, intervalSec, published, wasPublished }: FoldContext,
  { turns }: Moves,
  lastCycleSec: number,
): Readonly<Record<HourCount, number>> {
  const elapsedSec = nowSec - lastCycleSec;
  // A state that began after the last cycle has published nothing yet.
  const isDue = PUBLISHING.has(state.name) && state.cycleSec >= state.sinceSec;
  if (!isDue) return { ...NO_HOUR, turns };
  const enforced = wasPublished ? [...cohort].filter((symbol) => published.has(symbol)).length : 0;
  return {
    due: Math.max(1, Math.round(elapsedSec / intervalSec)),
    published: wasPublished ? 1 : 0,
    symbolsDue: wasPublished ? cohort.size : 0,
    symbolsEnforced: enforced,
    turns,
    symbolSec: enforced * Math.min(elapsedSec, intervalSec),
  };
}

/**
 * The counts of the last hour, as guards take them. An hour that is not over counts as if the rest were as it should
 * be, so that one cycle weighs alike at all times.
 */
export function hourInput(
  window: Window<HourCount>,
  { cohort }: CycleMarket,
  { intervalSec, published }: FoldContext,
): Pick<GuardInput, 'hour' | 'oscillation'> {
  const { due, published: done, symbolsDue, symbolsEnforced, turns, symbolSec } = totals(window, NO_HOUR);
  const toCome = Math.max(0, Math.ceil(HOUR_SEC / intervalSec) - due);
  const ofRest = toCome * cohort.size;
  return {
    hour: {
      due: due + toCome,
      published: done + toCome,
      symbolsDue: symbolsDue + ofRest,
      symbolsEnforced: symbolsEnforced + ofRest,
    },
    // An hour of the cohort at least: one turn of each symbol in the first minutes, as where the keys lapse, is no
    // oscillation. Nor is one before all symbols were excluded.
    oscillation: { changes: turns, symbolHours: Math.max(symbolSec / HOUR_SEC, published.size, cohort.size, 1) },
  };
}
