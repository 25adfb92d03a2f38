/** The time, passed as an argument, so that a test can bring its own. Its functions may be handed on by themselves. */
export interface Clock {
  /** Unix seconds with a fraction. An operator or NTP may set it back. */
  readonly wallSec: () => number;
  /** Milliseconds since some moment, never going back: for durations and deadlines of this process. */
  readonly steadyMs: () => number;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  wallSec: () => Date.now() / 1000,
  steadyMs: () => performance.now(),
};
