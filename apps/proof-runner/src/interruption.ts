import { constants } from 'node:os';
import { systemClock } from '@quantum/clock';

export class Interrupted extends Error {
  override name = 'Interrupted';
  readonly exitCode: number;

  /** `exitCode`: 128 + the signal's number. */
  constructor(signal: string, exitCode: number) {
    super(`interrupted by ${signal}`);
    this.exitCode = exitCode;
  }
}

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP, so that everything written can be removed. From this call on these
 * signals do not end the process by themselves. A later second one ends it at once.
 */
export function interruption(onSignal: (signal: string) => void): AbortSignal {
  const controller = new AbortController();
  let firstMs: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const exitCode = 128 + constants.signals[signal];
    process.on(signal, () => {
      if (firstMs === undefined) {
        firstMs = systemClock.steadyMs();
        onSignal(signal);
        controller.abort(new Interrupted(signal, exitCode));
      } else if (systemClock.steadyMs() - firstMs > SAME_SIGNAL_MS) {
        process.exit(exitCode);
      }
    });
  }
  return controller.signal;
}

/** A terminal and a parent may each forward the same Ctrl-C. A second one of the user's comes later than this. */
const SAME_SIGNAL_MS = 500;
