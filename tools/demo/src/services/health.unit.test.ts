import { describe, expect, it } from '@jest/globals';
import { nextHealth, UNKNOWN_HEALTH, wasHealthy } from './health.js';

const after = (...answers: boolean[]) =>
  answers.reduce((health, ready) => nextHealth(health, { ready, detail: ready ? 'ok' : 'no redis' }), UNKNOWN_HEALTH);
const times = (count: number, ready: boolean): boolean[] => Array.from({ length: count }, () => ready);

describe('health', () => {
  it('is good if ready from some time on', () => {
    expect(wasHealthy(after(false, false, true, true))).toBe(true);
    expect(after(false)).toMatchObject({ state: 'starting', detail: 'no redis' });
  });

  it('forgives a hiccup, but not at the end', () => {
    expect(wasHealthy(after(true, false, false, true))).toBe(true);
    expect(wasHealthy(after(true, false))).toBe(false);
    expect(after(true, false)).toMatchObject({ state: 'not ready', detail: 'no redis' });
  });

  it('does not forgive three bad answers in a row, nor a start that takes ten', () => {
    expect(wasHealthy(after(true, false, false, false, true))).toBe(false);
    expect(wasHealthy(after(...times(9, false), true))).toBe(true);
    expect(wasHealthy(after(...times(10, false), true))).toBe(false);
  });

  it('is not good without a check', () => {
    expect(wasHealthy(UNKNOWN_HEALTH)).toBe(false);
  });
});
