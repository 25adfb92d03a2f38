import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until `check` answers something other than undefined; undefined when the time is over.
 * @throws the reason of `signal` as soon as that is aborted, and whatever `check` throws.
 */
export async function poll<T>(
  check: () => Promise<T | undefined>,
  options: { timeoutMs: number; everyMs: number; signal: AbortSignal },
): Promise<T | undefined> {
  const deadlineMs = performance.now() + options.timeoutMs;
  for (;;) {
    options.signal.throwIfAborted();
    const answer = await check();
    if (answer !== undefined || performance.now() >= deadlineMs) return answer;
    await delay(options.everyMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

/** Waits for both, also when one fails: nothing may still be going on when this settles. */
export async function settleAll<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return [await a, await b];
}
