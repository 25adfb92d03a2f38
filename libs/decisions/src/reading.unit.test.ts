import { describe, expect, it } from '@jest/globals';
import { readingOf } from './reading.js';

describe('the reading of a record', () => {
  it.each(['ok', 'low_conf', 'stale_eff', 'invalid_eff', 'later'])('that was read, by the reason %s', (reason) => {
    expect(readingOf(reason, 0.5, undefined, ' 1e2 ')).toEqual({
      state: 'read', score: 0.5, confidence: undefined, tsSec: 100, tsText: ' 1e2 ',
    }); // prettier-ignore
    expect(readingOf(reason, undefined, 0.9, 'soon')).toEqual({
      state: 'read', score: undefined, confidence: 0.9, tsSec: undefined, tsText: 'soon',
    }); // prettier-ignore
  });

  it('that was not read is shown by the reason alone', () => {
    expect(readingOf('redis_error', 0.5, 0.9, '100')).toEqual({ state: 'unreadable' });
    expect(readingOf('missing_eff', 0.5, 0.9, '100')).toEqual({ state: 'missing' });
  });
});
