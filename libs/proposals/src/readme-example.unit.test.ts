import { describe, expect, it } from '@jest/globals';
import { proposals } from './index.js';

describe('the example of the README', () => {
  it('holds', () => {
    expect(proposals(2)).toBe(4);
  });
});
