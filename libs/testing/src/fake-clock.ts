import type { Clock } from '@quantum/clock';

/** A clock that moves only on request. */
export interface FakeClock extends Clock {
  /** Sets the wall time, unix seconds, forwards or backwards. Steady time does not move. */
  set: (sec: number) => void;
  /** Moves the wall time. */
  advanceSec: (sec: number) => void;
  /** Moves the steady time. */
  advanceSteadySec: (sec: number) => void;
}

/**
 * A clock at `startSec`, unix seconds, with an optional fraction. Its functions can be passed on without the object.
 */
export function createFakeClock(startSec: number): FakeClock {
  let wallSec = startSec;
  let steadyMs = 0;
  return {
    wallSec: () => wallSec,
    steadyMs: () => steadyMs,
    set: (sec) => {
      wallSec = sec;
    },
    advanceSec: (sec) => {
      wallSec += sec;
    },
    advanceSteadySec: (sec) => {
      steadyMs += 1000 * sec;
    },
  };
}
