import { expect, it } from '@jest/globals';
import { Trouble } from './trouble.js';

const oom = new Error('OOM');
const batch = (done: string[], putOff: string[] = []) => ({
  done,
  putOff: putOff.map((id) => ({ id, fields: [], deliveries: 1 })),
});

it('lasts until what it left undecided is served, not until something else is', () => {
  const trouble = new Trouble(1000);
  trouble.served(batch(['1-0']));
  expect(trouble.after(undefined, 0)).toBeUndefined();
  trouble.served(batch(['2-0'], ['3-0', '4-0']));
  expect(trouble.after(oom, 10)).toBe(oom);
  trouble.served(batch(['5-0', '3-0']));
  expect(trouble.after(undefined, 20)).toBe(oom);
  trouble.served(batch(['4-0']));
  expect(trouble.after(undefined, 30)).toBeUndefined();
});

it('is met again where the last that was left is served, but a new one is not', () => {
  const trouble = new Trouble(1000);
  trouble.served(batch([], ['1-0']));
  trouble.after(oom, 10);
  trouble.served(batch(['1-0'], ['2-0']));
  expect(trouble.after(oom, 20)).toBe(oom);
  expect(trouble.after(undefined, 30)).toBe(oom);
});

it('is forgotten when it was not met for long: another replica has served what was left', () => {
  const trouble = new Trouble(1000);
  trouble.served(batch([], ['1-0']));
  trouble.after(oom, 10);
  expect(trouble.after(oom, 500)).toBe(oom);
  expect(trouble.after(undefined, 1500)).toBe(oom);
  expect(trouble.after(undefined, 1501)).toBeUndefined();
  trouble.served(batch([], ['2-0']));
  trouble.after(oom, 1600);
  trouble.served(batch(['2-0']));
  expect(trouble.after(undefined, 1601)).toBeUndefined(); // 1-0 is no longer waited for
});

it('that left no entries of the loop lasts for the time', () => {
  const trouble = new Trouble(1000);
  trouble.after(oom, 10);
  trouble.served(batch(['1-0']));
  expect(trouble.after(undefined, 1010)).toBe(oom);
  expect(trouble.after(undefined, 1011)).toBeUndefined();
});
