import { constants } from 'node:os';
import { systemClock } from '@quantum/clock';
import { Interrupted } from './failure.js';

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP, so that what was written can be taken back; from this call on these do not
 * end the process by themselves. A later second one does, at once.
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

/** A terminal and a parent process may each pass the same Ctrl-C on; a second one of the user's comes later than this. */
const SAME_SIGNAL_MS = 500;
