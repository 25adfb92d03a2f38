import type { Rng } from '@quantum/testbed';
import { pick } from '../random.js';

/** Faults of a symbol's position and price, as they occur in production. */
export type IncidentKind = 'no_price' | 'halt' | 'late' | 'malformed_price' | 'wrong_type';

/** The incidents that the feed produces, with their rates, for the screen. */
export const INCIDENTS = [
  { name: 'no price', kinds: ['no_price'], shareOfTime: 0.04, seconds: 20, effect: 'no ticker, and no mark price' },
  { name: 'halted', kinds: ['halt'], shareOfTime: 0.04, seconds: 25, effect: 'position and price stop' },
  { name: 'late', kinds: ['late'], shareOfTime: 0.04, seconds: 20, effect: 'the position is 20 s late' },
  {
    name: 'malformed',
    kinds: ['malformed_price', 'wrong_type'],
    shareOfTime: 0.03,
    seconds: 15,
    effect: 'price "n/a", or the ticker is not a hash',
  },
] as const satisfies readonly {
  name: string;
  kinds: readonly IncidentKind[];
  /** Average fraction of a symbol's time in this incident. */
  shareOfTime: number;
  seconds: number;
  effect: string;
}[];

/** A temporary incident of one symbol. */
export interface Incident {
  kind: IncidentKind;
  /** The first tick (second) after its end. */
  untilTick: number;
}

const HEALTHY_SHARE = 1 - INCIDENTS.reduce((sum, { shareOfTime }) => sum + shareOfTime, 0);

/** A symbol's incident at a tick: the current one until it ends, then perhaps a new one, at the table's rates. */
export function nextIncident(current: Incident | undefined, tick: number, rng: Rng): Incident | undefined {
  if (current !== undefined && tick < current.untilTick) return current;
  let roll = rng();
  for (const { kinds, shareOfTime, seconds } of INCIDENTS) {
    const startsPerTick = shareOfTime / seconds / HEALTHY_SHARE;
    if (roll < startsPerTick) {
      return { kind: pick<IncidentKind>(kinds, rng) ?? kinds[0], untilTick: tick + seconds };
    }
    roll -= startsPerTick;
  }
  return undefined;
}
