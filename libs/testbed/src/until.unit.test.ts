import { describe, expect, it } from '@jest/globals';
import { waitFor } from './index.js';

describe('waitFor', () => {
  it('resolves to the first truthy answer', async () => {
    let calls = 0;
    const answer = await waitFor(() => (++calls === 3 ? 'here' : null), { what: 'the third call', everyMs: 1 });
    expect([answer, calls]).toEqual(['here', 3]);
  });

  it('asks at least once, also without time', async () => {
    expect(await waitFor(() => Promise.resolve(7), { what: 'a number', timeoutMs: 0 })).toBe(7);
  });

  it('says what it waited for and the last answer', async () => {
    const never = waitFor(() => '', { what: 'a permit', timeoutMs: 5, everyMs: 1 });
    await expect(never).rejects.toThrow("waited 5 ms for a permit: the last answer was ''");
  });

  it('takes a failing check for one that did not succeed yet', async () => {
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
