import { expect, it } from '@jest/globals';
import { Trouble } from './trouble.js';

const oom = new Error('OOM');

it('stands until plans are served again', () => {
  const trouble = new Trouble(1000);
  expect(trouble.after(3, undefined, 0)).toBeUndefined();
  expect(trouble.after(0, oom, 10)).toBe(oom);
  expect(trouble.after(0, undefined, 20)).toBe(oom);
  expect(trouble.after(5, oom, 30)).toBe(oom); // others were served beside it
  expect(trouble.after(1, undefined, 40)).toBeUndefined();
});

it('is forgotten where nothing is left to serve', () => {
  const trouble = new Trouble(1000);
  trouble.after(0, oom, 10);
  expect(trouble.after(0, undefined, 1010)).toBe(oom);
  expect(trouble.after(0, undefined, 1011)).toBeUndefined();
});
