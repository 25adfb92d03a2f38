import { setTimeout as delay } from 'node:timers/promises';

/** Asks until `check` answers true, at most for `timeoutMs`; answers whether it did. A check that throws has not. */
export async function until(
  check: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs = 20,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      if (await check()) return true;
    } catch {
      // Redis or a service is away: asked again.
    }
    if (performance.now() >= deadline) return false;
    await delay(everyMs);
  }
}

/** Something that goes on beside a scenario until it is stopped. */
export interface Activity {
  stop: () => Promise<void>;
}

/** Runs `step` again and again, with a pause in between. What it throws (Redis is away) is passed over. */
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
