import { systemClock, type Clock } from '@quantum/clock';

/** Steady time with its timers, so that tests can bring their own. */
export interface TickerClock extends Pick<Clock, 'steadyMs'> {
  setTimeout(run: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** The timers of this machine. */
export const systemTimers: TickerClock = {
  steadyMs: systemClock.steadyMs,
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: (timer) => {
    clearTimeout(timer as NodeJS.Timeout);
  },
};

export interface Tick {
  /** The slot's time on the ticker's clock. For pacing and logs; take the time of a decision from the wall clock. */
  readonly dueMs: number;
  /** Slots that passed unused since the previous run, because it took too long. */
  readonly missed: number;
}

export interface TickerOptions {
  readonly intervalMs: number;
  readonly run: (tick: Tick) => Promise<void>;
  /** Called with the error of a failed run; the ticker goes on. */
  readonly onError: (error: unknown) => void;
  /** Called, as soon as it is known, with the number (> 0) of slots that a long run used up. */
  readonly onMissed?: (count: number) => void;
  readonly clock?: TickerClock;
}

export interface Ticker {
  /** Starts no further run and waits for the current one. Not to be awaited inside a run. */
  stop(): Promise<void>;
}

/**
 * Runs at a fixed rate, never twice at a time: at once, then at start + k * `intervalMs`. A run that takes longer than
 * the interval uses up the slots that pass meanwhile; the next run starts on the next slot of the same grid.
 */
export function createTicker({ intervalMs, run, onError, onMissed, clock = systemTimers }: TickerOptions): Ticker {
  const startMs = clock.steadyMs();
  let slot = 0;
  let missed = 0;
  let stopped = false;
  let timer: unknown;

  const dueMs = (): number => startMs + slot * intervalMs;

  function scheduleNext(): void {
    // At least the next slot: a timer may fire a fraction of a millisecond before its slot.
    const next = Math.max(slot + 1, Math.ceil((clock.steadyMs() - startMs) / intervalMs));
    missed = next - slot - 1;
    slot = next;
    if (missed > 0) onMissed?.(missed);
    timer = clock.setTimeout(
      () => {
        inFlight = runSlot();
      },
      Math.max(0, dueMs() - clock.steadyMs()),
    );
  }

  async function runSlot(): Promise<void> {
    try {
      await run({ dueMs: dueMs(), missed });
    } catch (error) {
      onError(error);
    }
    if (!stopped) scheduleNext();
  }

  // In a microtask, so that `run` may use the ticker that is being created.
  let inFlight = Promise.resolve().then(() => (stopped ? undefined : runSlot()));

  return {
    stop: () => {
      stopped = true;
      clock.clearTimeout(timer);
      return inFlight;
    },
  };
}
