import { describe, expect, it } from '@jest/globals';
import { CannotRun, messageOf } from './index.js';

describe('messageOf', () => {
  it('is the message of an error, and of the error that it wraps', () => {
    expect(messageOf(new CannotRun('no Redis'))).toBe('no Redis');
    expect(messageOf(new Error('fetch failed', { cause: new Error('refused') }))).toBe('refused');
  });

  it('is never empty: an error without a message has its name, anything else its text', () => {
    expect(messageOf(new CannotRun())).toBe('CannotRun');
    expect(messageOf(undefined)).toBe('undefined');
  });
});
