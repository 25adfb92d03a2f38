import { describe, expect, it } from '@jest/globals';
import { anyText } from './index.js';
import { drawn } from './drawn.test-support.js';

describe('anyText', () => {
  const texts = drawn(anyText());
  const points = texts.flatMap((one) => Array.from(one, (char) => char.codePointAt(0) ?? -1));
  const share = (isWanted: (point: number) => boolean): number => points.filter(isWanted).length / points.length;

  it('has control characters, ASCII, and characters within and beyond the first plane', () => {
    expect(share((point) => point < 0x20)).toBeGreaterThan(0.01);
    expect(share((point) => point >= 0x20 && point < 0x7f)).toBeGreaterThan(0.05);
    expect(share((point) => point > 0xff && point < 0x10000)).toBeGreaterThan(0.01);
    expect(share((point) => point >= 0x10000)).toBeGreaterThan(0.3);
  });

  it('has the empty text, and names that objects have', () => {
    expect(texts).toContain('');
    expect(texts.some((one) => one in {})).toBe(true);
  });

  it('has no half of a pair of surrogates, so that UTF-8 gives each back', () => {
    expect(texts.filter((one) => Buffer.from(one).toString() !== one)).toEqual([]);
  });

  it('keeps to its lengths, in code points', () => {
    const lengths = drawn(anyText({ minLength: 2, maxLength: 3 })).map((one) => Array.from(one).length);
    expect([...new Set(lengths)].sort()).toEqual([2, 3]);
  });
});
