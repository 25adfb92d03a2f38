import type { Rng } from '@quantum/testbed';
import { pick } from '../random.js';

/** Faults of a symbol's score, as they occur in production. */
export type IncidentKind =
  'outage' | 'stale' | 'low_confidence' | 'malformed_score' | 'millisecond_time' | 'wrong_type';

/** The incidents that the feed produces, with their rates, for the screen. */
export const INCIDENTS = [
  { name: 'outage', kinds: ['outage'], shareOfTime: 0.04, seconds: 20, effect: 'no score: the key is gone' },
  { name: 'stale', kinds: ['stale'], shareOfTime: 0.04, seconds: 20, effect: 'ts does not move, 700 s old' },
  { name: 'low confidence', kinds: ['low_confidence'], shareOfTime: 0.04, seconds: 20, effect: 'inputs 15 min late' },
  {
    name: 'malformed',
    kinds: ['malformed_score', 'millisecond_time', 'wrong_type'],
    shareOfTime: 0.03,
    seconds: 15,
    effect: 'score "n/a", ts in ms, or not a hash',
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
  /** Unix seconds of its first tick. */
  sinceSec: number;
  /** The first tick (second) after its end. */
  untilTick: number;
}

const HEALTHY_SHARE = 1 - INCIDENTS.reduce((sum, { shareOfTime }) => sum + shareOfTime, 0);

/** A symbol's incident at a tick: the current one until it ends, then perhaps a new one, at the table's rates. */
export function nextIncident(
  current: Incident | undefined,
  tick: number,
  nowSec: number,
  rng: Rng,
): Incident | undefined {
  if (current !== undefined && tick < current.untilTick) return current;
  let roll = rng();
  for (const { kinds, shareOfTime, seconds } of INCIDENTS) {
    const startsPerTick = shareOfTime / seconds / HEALTHY_SHARE;
    if (roll < startsPerTick) {
      return { kind: pick<IncidentKind>(kinds, rng) ?? kinds[0], sinceSec: nowSec, untilTick: tick + seconds };
    }
    roll -= startsPerTick;
  }
  return undefined;
}
