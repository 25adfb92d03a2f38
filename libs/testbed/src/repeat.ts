import { setTimeout as delay } from 'node:timers/promises';

export interface Activity {
  stop: () => Promise<void>;
}

/** Runs `step` repeatedly, with a pause of `everyMs` in between. Ignores its errors: Redis may be away. */
export function repeat(step: () => Promise<unknown>, everyMs: number): Activity {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await step().catch(() => undefined);
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}
