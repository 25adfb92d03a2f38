import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

type Falsy = false | 0 | '' | null | undefined;
type Truthy<T> = Exclude<T, Falsy>;
type Check<T> = () => T | Promise<T>;

export interface PollOptions {
  timeoutMs: number;
  everyMs: number;
  signal?: AbortSignal;
}

/**
 * Calls `check` until it returns something truthy, and resolves to that, or to undefined when the time is over.
 * @throws whatever `check` throws, and the reason of `signal` as soon as it is aborted.
 */
export async function poll<T>(check: Check<T>, options: PollOptions): Promise<Truthy<T> | undefined> {
  const deadlineMs = performance.now() + options.timeoutMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const answer = await check();
    if (answer) return answer as Truthy<T>;
    if (performance.now() >= deadlineMs) return undefined;
    await delay(options.everyMs, undefined, options.signal && { signal: options.signal }).catch(() => undefined);
  }
}

export interface WaitOptions {
  /** The awaited condition, as it reads in the failure: "waited 60000 ms for <what>". */
  what: string;
  /** Default 60 s: a limit for what hangs, not for what is slow. */
  timeoutMs?: number;
  /** Pause between two checks, default 50 ms: a check costs CPU time of what it asks, too. */
  everyMs?: number;
}

/**
 * Calls `check` until it returns something truthy, and resolves to that. A check that throws has not succeeded yet.
 * @throws Error that names the awaited condition and the last answer, when the time is over.
 */
export async function waitFor<T>(check: Check<T>, options: WaitOptions): Promise<Truthy<T>> {
  const { what, timeoutMs = 60_000, everyMs = 50 } = options;
  let last = () => '';
  const attempt = async (): Promise<T | undefined> => {
    try {
      const answer = await check();
      last = () => `the last answer was ${inspect(answer)}`;
      return answer;
    } catch (error) {
      last = () => `the last check failed with ${String(error)}`;
      return undefined;
    }
  };
  const answer = await poll(attempt, { timeoutMs, everyMs });
  if (answer === undefined) throw new Error(`waited ${timeoutMs} ms for ${what}: ${last()}`);
  return answer;
}

/** Whether `check` succeeded in time. A check that throws has not succeeded yet: Redis or a service may be away. */
export const until = (check: Check<boolean>, timeoutMs: number, everyMs = 50): Promise<boolean> =>
  waitFor(check, { what: 'a check', timeoutMs, everyMs }).catch(() => false);
