import type { Position, Read } from '@quantum/redis-schemas';

/** How old P3.3's position and mark price may be to count, seconds. */
export const POSITION_FRESH_SEC = 300;

/** Whether a time is known, not older than `maxAgeSec`, and not more than `maxFutureSec` ahead: a time in ms is not fresh. */
export const isFresh = (tsSec: number | undefined, nowSec: number, maxAgeSec: number, maxFutureSec: number): boolean =>
  tsSec !== undefined && nowSec - tsSec <= maxAgeSec && tsSec - nowSec <= maxFutureSec;

/** The position where it can be read and is fresh; undefined where nothing is known of it. */
export const freshPosition = (position: Read<Position>, nowSec: number, maxFutureSec: number): Position | undefined =>
  position.readable && isFresh(position.value.tsSec, nowSec, POSITION_FRESH_SEC, maxFutureSec)
    ? position.value
    : undefined;
