import { claimOf, isKnown } from './number.js';
import type { CycleMarket } from './market.js';

/** What is kept of a symbol's multiplier. */
export interface Followed {
  /** The multiplier in effect at the last cycle, and the base that was last known, USD. */
  readonly effective: number;
  readonly baseUsd: number | undefined;
  /** The multiplier that went furthest since its last turn, and its direction; 0: it has not moved yet. */
  readonly furthest: number;
  readonly direction: -1 | 0 | 1;
}

/** By symbol. A symbol that is not there has never been enforced. */
export type FollowedSymbols = ReadonlyMap<string, Followed>;

/** What multipliers did since the last cycle. */
export interface Moves {
  readonly followed: FollowedSymbols;
  /** USD that follow a change of multipliers, of the sum of bases. */
  readonly turnover: number;
  /** Multipliers of the cohort that changed their direction. */
  readonly turns: number;
}

const NOT_FOLLOWED: Followed = { effective: 1, baseUsd: undefined, furthest: 1, direction: 0 };
/** A way back of less than this share of the base is noise of the scores, and no turn. */
const TURN = 0.01;

/**
 * Compares the multipliers in effect with those of the last cycle. Bases as `claimOf` takes them.
 */
export function foldMoves(before: FollowedSymbols, { symbols, cohort }: CycleMarket): Moves {
  const followed = new Map<string, Followed>();
  let [movedUsd, totalUsd, turns] = [0, 0, 0];
  const names = new Set([...symbols.keys(), ...before.keys(), ...cohort]);
  for (const symbol of names) {
    const last = before.get(symbol) ?? NOT_FOLLOWED;
    const { baseUsd: given, effective: inEffect } = symbols.get(symbol) ?? {};
    const baseUsd = claimOf(given, last.baseUsd);
    const effective = isKnown(inEffect) && inEffect >= 0 ? inEffect + 0 : 1;
    totalUsd += baseUsd ?? 0;
    // Without any base there was no target to follow.
    movedUsd += (baseUsd ?? 0) * Math.abs(effective - last.effective);
    const now = turned(last, effective);
    // One that has left the cohort went to its base, which is no wavering.
    if (cohort.has(symbol) && now.direction === -last.direction && last.direction !== 0) turns += 1;
    if (cohort.has(symbol) || effective !== 1) followed.set(symbol, { effective, baseUsd, ...now });
  }
  const turnover = movedUsd / totalUsd;
  return { followed, turnover: isKnown(turnover) ? turnover : 0, turns };
}

function turned(last: Followed, effective: number): Pick<Followed, 'furthest' | 'direction'> {
  const { furthest, direction } = last;
  const way = effective - furthest;
  if (way * direction > 0) return { furthest: effective, direction };
  if (Math.abs(way) < TURN) return { furthest, direction };
  return { furthest: effective, direction: way > 0 ? 1 : -1 };
}
