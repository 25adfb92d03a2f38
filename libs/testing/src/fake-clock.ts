/** A clock that stands still until it is told to move. Times are unix times. */
export interface FakeClock {
  nowSec: () => number;
  nowMs: () => number;
  /** Moves to a time, forwards or backwards. */
  set: (sec: number) => void;
  advanceSec: (sec: number) => void;
}

/** A clock at `startSec`, unix seconds, with a fraction if wanted. Its functions may be handed on by themselves. */
export function createFakeClock(startSec: number): FakeClock {
  let current = startSec;
  return {
    nowSec: () => current,
    nowMs: () => Math.round(current * 1000),
    set: (sec) => {
      current = sec;
    },
    advanceSec: (sec) => {
      current += sec;
    },
  };
}
