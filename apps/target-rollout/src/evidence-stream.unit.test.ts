import { describe, expect, it } from '@jest/globals';
import { encodeOutbox, parseOutbox, waitingOf, type Outbox } from './evidence-stream.js';

const entry = (id: string, length = 1): Outbox[number] => [id, ['input', 'x'.repeat(length)]];

describe('evidence that waits', () => {
  it('is stored as text, and read again', () => {
    const outbox = [entry('1-0'), entry('1-1')];
    expect(parseOutbox(encodeOutbox(outbox))).toEqual(outbox);
    expect(parseOutbox(encodeOutbox([]))).toEqual([]);
  });

  it('is kept in its order', () => {
    expect(waitingOf([entry('1-0')], [entry('2-0')])).toEqual({ outbox: [entry('1-0'), entry('2-0')], lost: 0 });
  });

  it('loses its oldest above four million characters, but nothing of the cycle', () => {
    const before = [entry('1-0', 3e6), entry('2-0', 1e5)];
    expect(waitingOf(before, [entry('3-0', 2e6)])).toEqual({ outbox: [before[1], entry('3-0', 2e6)], lost: 1 });
    expect(waitingOf(before, [entry('3-0', 5e6)])).toEqual({ outbox: [entry('3-0', 5e6)], lost: 2 });
  });
});
