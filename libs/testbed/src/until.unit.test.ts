import { describe, expect, it } from '@jest/globals';
import { poll, repeat, until, waitFor } from './index.js';

describe('waitFor', () => {
  it('resolves to the first truthy answer', async () => {
    let calls = 0;
    const answer = await waitFor(() => (++calls === 3 ? 'here' : null), { what: 'the third call', everyMs: 1 });
    expect([answer, calls]).toEqual(['here', 3]);
  });

  it('asks at least once, also without time', async () => {
    expect(await waitFor(() => Promise.resolve(7), { what: 'a number', timeoutMs: 0 })).toBe(7);
  });

  it('reports what it waited for and the last answer', async () => {
    const never = waitFor(() => '', { what: 'a permit', timeoutMs: 5, everyMs: 1 });
    await expect(never).rejects.toThrow("waited 5 ms for a permit: the last answer was ''");
  });

  it('treats a throwing check as one that did not succeed yet', async () => {
    let calls = 0;
    const check = () => {
      calls += 1;
      if (calls === 1) throw new Error('not yet');
      return true;
    };
    expect(await waitFor(check, { what: 'no failure', everyMs: 1 })).toBe(true);

    const failing = waitFor(() => Promise.reject(new Error('broken')), { what: 'an answer', timeoutMs: 0 });
    await expect(failing).rejects.toThrow('waited 0 ms for an answer: the last check failed with Error: broken');
  });
});

describe('until', () => {
  it('returns whether the check succeeded, and treats a throwing check as failed', async () => {
    let calls = 0;
    const check = () => {
      calls += 1;
      if (calls === 1) throw new Error('Redis is away');
      return calls === 3;
    };
    expect(await until(check, 60_000, 1)).toBe(true);
    expect(await until(() => false, 0)).toBe(false);
  });
});

describe('poll', () => {
  const soon = { timeoutMs: 1000, everyMs: 1 };

  it('passes on the error of a check', async () => {
    await expect(poll(() => Promise.reject(new Error('broken')), soon)).rejects.toThrow('broken');
  });

  it('returns undefined when the time is over, and ends at once when it is aborted', async () => {
    const nothing = (): string | undefined => undefined;
    expect(await poll(nothing, { timeoutMs: 0, everyMs: 1 })).toBeUndefined();
    const stopping = new AbortController();
    const never = poll(nothing, { timeoutMs: 60_000, everyMs: 60_000, signal: stopping.signal });
    stopping.abort(new Error('interrupted'));
    await expect(never).rejects.toThrow('interrupted');
  });
});

describe('repeat', () => {
  it('repeats a step until it is stopped, also after a failure', async () => {
    let calls = 0;
    const activity = repeat(() => {
      calls += 1;
      return Promise.reject(new Error('Redis is away'));
    }, 1);
    await waitFor(() => calls > 2, { what: 'three calls' });
    await activity.stop();
    const before = calls;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(calls).toBe(before);
  });
});
