import type { Position, Read } from '@quantum/redis-schemas';

/** Maximum age of P3.3's position and mark price, seconds. */
export const POSITION_FRESH_SEC = 300;

/** Whether a time is known, at most `maxAgeSec` old and `maxFutureSec` ahead. A time in ms is not fresh. */
export const isFresh = (tsSec: number | undefined, nowSec: number, maxAgeSec: number, maxFutureSec: number): boolean =>
  tsSec !== undefined && nowSec - tsSec <= maxAgeSec && tsSec - nowSec <= maxFutureSec;

/** The position if it is readable and fresh; otherwise undefined. */
export const freshPosition = (position: Read<Position>, nowSec: number, maxFutureSec: number): Position | undefined =>
  position.readable && isFresh(position.value.tsSec, nowSec, POSITION_FRESH_SEC, maxFutureSec)
    ? position.value
    : undefined;
