import { describe, expect, it } from '@jest/globals';
import { encodeOutbox, parseOutbox, waitingOf, type Outbox } from './evidence-stream.js';

const entry = (id: string, length = 1): Outbox[number] => [id, ['input', 'x'.repeat(length)]];

describe('evidence that waits', () => {
  it('is stored as text, and read again', () => {
    const outbox = [entry('1-0'), entry('1-1')];
    expect(parseOutbox(encodeOutbox(outbox))).toEqual(outbox);
    expect(parseOutbox(encodeOutbox([]))).toEqual([]);
  });

  it('is kept in its order, but loses its oldest above four million characters, though nothing of the cycle', () => {
    const lost: unknown[] = [];
    const waits = (before: Outbox, entries: Outbox) =>
      waitingOf({ onProblem: (_problem, error) => lost.push((error as Error).message) }, before, entries);
    expect(waits([entry('1-0')], [entry('2-0')])).toEqual([entry('1-0'), entry('2-0')]);
    expect(lost).toEqual([]);
    const before = [entry('1-0', 3e6), entry('2-0', 1e5)];
    expect(waits(before, [entry('3-0', 2e6)])).toEqual([before[1], entry('3-0', 2e6)]);
    expect(waits(before, [entry('3-0', 5e6)])).toEqual([entry('3-0', 5e6)]);
    expect(lost).toEqual(['1 entries, because too many wait', '2 entries, because too many wait']);
  });
});
