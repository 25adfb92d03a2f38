import { expect, it } from '@jest/globals';
import { Recent, RETENTION_SEC } from './recent.js';

const counted = () => new Recent(() => ({ n: 0 }));
/** How often a name was reported before, as it is kept. */
const tell = (recent: Recent<{ n: number }>, name: string, atSec: number): number => recent.of(name, atSec).n++;

it('keeps a name for an hour after it was last reported', () => {
  const recent = counted();
  const answers = [0, RETENTION_SEC, 2 * RETENTION_SEC, 3 * RETENTION_SEC + 1].map((sec) =>
    tell(recent, 'a', 1e9 + sec),
  );
  expect(answers).toEqual([0, 1, 2, 0]);
});

it('reports what it keeps, and keeps nothing by that', () => {
  const recent = counted();
  expect(recent.get('a')).toBeUndefined();
  recent.of('a', 1e9).n = 1;
  recent.of('b', 1e9 + RETENTION_SEC + 1);
  expect(recent.get('a')).toEqual({ n: 1 });
  recent.of('b', 1e9 + 2 * RETENTION_SEC + 2);
  expect(recent.get('a')).toBeUndefined();
});

it('forgets a name when only its name is reported', () => {
  const recent = counted();
  recent.of('a', 1e9).n = 1;
  expect(recent.of('a', 1e9 + RETENTION_SEC, false).n).toBe(1);
  expect(recent.of('a', 1e9 + RETENTION_SEC + 1).n).toBe(0);
});

it('keeps names through times that jump', () => {
  const recent = counted();
  const answers = [0, 7200, 0, 10].map((sec) => {
    tell(recent, `other ${sec}`, 1e9 + sec);
    return tell(recent, 'a', 1e9 + Math.min(sec, 10));
  });
  expect(answers).toEqual([0, 1, 2, 3]);
});

it('keeps the last hundred thousand names, and no more than twice as many', () => {
  const recent = counted();
  for (let i = 0; i < 300_000; i += 1) tell(recent, `order ${i}`, 1e9);
  expect(tell(recent, 'order 200000', 1e9)).toBe(1);
  expect(tell(recent, 'order 99999', 1e9)).toBe(0);
});
