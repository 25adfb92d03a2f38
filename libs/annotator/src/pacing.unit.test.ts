import { describe, expect, it } from '@jest/globals';
import { pauseMs } from './pacing.js';

describe('the pause between two polls', () => {
  it('is short where permits are not announced, and longer where the server does', () => {
    expect(pauseMs(false, 0)).toBe(5);
    expect(pauseMs(true, 0)).toBe(250);
  });

  it('keeps polls to a fifth of the time', () => {
    expect(pauseMs(false, 10)).toBe(40);
    expect(pauseMs(true, 10)).toBe(250);
    expect(pauseMs(true, 100)).toBe(400);
  });
});
