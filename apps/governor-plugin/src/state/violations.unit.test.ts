import { describe, expect, it, jest } from '@jest/globals';
import { ViolationTail } from './violations.js';

const NOW_SEC = 1_000_000;
const entry = (id: string, json: string): [string, string[]] => [id, ['json', json]];
const violation = (symbol: string, sec: unknown) =>
  entry(`${NOW_SEC * 1000}-0`, JSON.stringify({ symbol, over_budget: true, timestamp: sec }));
const ok = (...entries: [string, string[]][]) =>
  ({ ok: true, value: [entries.flatMap(([id, [, json = '']]) => [id, json]), 0, 0] }) as const;
const BEHIND = { ok: true, value: [[], 0, 1] } as const;

describe('ViolationTail', () => {
  const onInvalid = jest.fn();
  const fresh = () => {
    onInvalid.mockClear();
    return new ViolationTail(onInvalid);
  };

  it('starts a minute back, then goes on after the last entry', () => {
    const tail = fresh();
    const from = (nowSec: number) => tail.command(nowSec)[4];
    expect(from(NOW_SEC)).toBe(String((NOW_SEC - 60) * 1000));
    tail.take(ok(entry(`${NOW_SEC * 1000}-7`, '{}')));
    expect(from(NOW_SEC + 1)).toBe(`(${NOW_SEC * 1000}-7`);
  });

  it('passes over what grew too old meanwhile', () => {
    const tail = fresh();
    tail.take(ok(entry(`${NOW_SEC * 1000}-7`, '{}')));
    expect(tail.command(NOW_SEC + 3600)[4]).toBe(String((NOW_SEC + 3540) * 1000));
  });

  it('keeps the latest of each symbol, by its own time', () => {
    const tail = fresh();
    tail.take(ok(violation('A', NOW_SEC - 5), violation('B', NOW_SEC - 9), violation('A', String(NOW_SEC - 7))));
    expect([tail.latestSec('A'), tail.latestSec('B'), tail.latestSec('C')]).toEqual([NOW_SEC - 5, NOW_SEC - 9, undefined]);
  }); // prettier-ignore

  it('counts and leaves out what is not the agreed JSON, or of a time far ahead', () => {
    const tail = fresh();
    tail.take(ok(entry('1-0', '{'), violation('A', NOW_SEC * 1000), violation('B', NOW_SEC + 60)));
    expect(onInvalid).toHaveBeenCalledTimes(2);
    expect([tail.latestSec('A'), tail.latestSec('B')]).toEqual([undefined, NOW_SEC + 60]);
  });

  it('counts no entry twice where the same was asked twice', () => {
    const invalid = jest.fn();
    const tail = new ViolationTail(invalid);
    for (let i = 0; i < 2; i++) tail.take(ok(entry(`${NOW_SEC * 1000}-7`, '{')));
    expect(invalid).toHaveBeenCalledTimes(1);
  });

  it('takes what is new in an answer that another one to the same question has overtaken', () => {
    const tail = fresh();
    const one = entry('5-0', JSON.stringify({ symbol: 'A', over_budget: true, timestamp: 1 }));
    const two = entry('5-1', JSON.stringify({ symbol: 'B', over_budget: true, timestamp: 1 }));
    tail.take(ok(one));
    tail.take(ok(one, two));
    expect([tail.latestSec('A'), tail.latestSec('B'), tail.lastId]).toEqual([1, 1, '5-1']);
  });

  it('asks once a second whether the stream is still the same, and starts again where it is not', () => {
    const tail = fresh();
    tail.take(ok(violation('A', NOW_SEC), entry('9999999999999-0', '{}')));
    expect(tail.command(NOW_SEC).slice(4)).toEqual(['(9999999999999-0', 1000, 2 ** 21, '9999999999999-0']);
    expect(tail.command(NOW_SEC + 0.5).at(-1)).toBe('');
    expect(tail.command(NOW_SEC + 1).at(-1)).toBe('9999999999999-0');
    tail.take(BEHIND);
    expect([tail.isFull(BEHIND), tail.lastId]).toEqual([true, '']); // so the next page is asked for at once
    expect(tail.command(NOW_SEC + 1)[4]).toBe(String((NOW_SEC - 59) * 1000));
    tail.take(ok(violation('B', NOW_SEC)));
    expect(tail.latestSec('B')).toBe(NOW_SEC);
  });

  it('forgets what no longer counts', () => {
    const tail = fresh();
    tail.take(ok(violation('A', NOW_SEC - 30), violation('B', NOW_SEC - 29)));
    tail.prune(NOW_SEC);
    expect([tail.latestSec('A'), tail.latestSec('B')]).toEqual([undefined, NOW_SEC - 29]);
  });

  it('keeps what it knows where the stream cannot be read', () => {
    const tail = fresh();
    tail.take(ok(violation('A', NOW_SEC)));
    tail.take({ ok: false, kind: 'key', error: new Error('WRONGTYPE') });
    tail.take(undefined);
    expect(tail.latestSec('A')).toBe(NOW_SEC);
  });
});
