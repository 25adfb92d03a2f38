import { setTimeout as delay } from 'node:timers/promises';

/** Something that goes on in the background until it is stopped. */
export interface Activity {
  stop: () => Promise<void>;
}

/** Runs `step` again and again, with a pause of `everyMs` in between. Ignores what it throws: Redis is away, say. */
export function repeat(step: () => Promise<void>, everyMs: number): Activity {
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
