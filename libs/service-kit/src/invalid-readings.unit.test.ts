import { describe, expect, it } from '@jest/globals';
import { anyText } from '@quantum/generators';
import fc from 'fast-check';
import { InvalidReadings, shownValue } from './invalid-readings.js';

describe('shownValue', () => {
  it.each([
    ['np.float64(0.9)', 'np.float64(0.9)'],
    ['<Side.BUY: 1>', '<Side.BUY: 1>'],
    ['a\nb\u0000\u001b[31m', 'a\\u{a}b\\u{0}\\u{1b}[31m'],
    ['\u202e\u2028é', '\\u{202e}\\u{2028}é'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['x'.repeat(65), `${'x'.repeat(64)}...`],
  ])('of %j', (text, shown) => {
    expect(shownValue(text)).toBe(shown);
  });

  it('is one short line without control characters, whatever was read', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 200 }), (text) => {
        const shown = shownValue(text);
        expect(/[\p{C}\p{Zl}\p{Zp}]/u.test(shown)).toBe(false);
        expect(shown.length).toBeLessThanOrEqual(64 * '\\u{10ffff}'.length + 3);
      }),
    );
  });
});

describe('InvalidReadings', () => {
  function readings() {
    const logged: unknown[] = [];
    const clock = { nowMs: 0 };
    const log = { warn: (facts: unknown) => logged.push(facts) };
    return { logged, clock, invalid: new InvalidReadings(log as never, () => clock.nowMs) };
  }

  it('logs the values as read, once per reason, symbol and hour', () => {
    const { logged, clock, invalid } = readings();
    const note = (reason: string, symbol: string) => {
      invalid.note(reason, symbol, ['efficiency_score', 'ts'], ['np.float64(0.9)', null]);
    };
    const line = (reason: string, symbol: string) => ({
      reason,
      symbol,
      read: { efficiency_score: 'np.float64(0.9)', ts: null },
    });
    note('invalid_eff', 'A');
    note('invalid_eff', 'A');
    note('invalid_target', 'A');
    note('invalid_eff', 'B');
    clock.nowMs = 3_599_999;
    note('invalid_eff', 'A');
    expect(logged).toEqual([line('invalid_eff', 'A'), line('invalid_target', 'A'), line('invalid_eff', 'B')]);
    clock.nowMs = 3_600_000;
    note('invalid_eff', 'A');
    expect(logged).toHaveLength(4);
  });

  it('forgets the oldest beyond 10,000 symbols', () => {
    const { logged, invalid } = readings();
    for (let i = 0; i <= 10_000; i += 1) invalid.note('invalid_eff', `S${i}`, [], []);
    invalid.note('invalid_eff', 'S10000', [], []);
    expect(logged).toHaveLength(10_001);
    invalid.note('invalid_eff', 'S0', [], []);
    expect(logged).toHaveLength(10_002);
  });
});
