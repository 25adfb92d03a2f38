import { describe, expect, it } from '@jest/globals';
import { anyText } from '@quantum/generators';
import { limitValues } from '@quantum/policy';
import { SOME_POLICY } from '@quantum/test-fixtures';
import fc from 'fast-check';
import type { SymbolFacts } from './read.js';
import { columnText, symbolLines } from './text.js';

const NOW_SEC = 1_763_386_800;
const NONE = [null, null, null, null, null];
const facts = (over: Partial<SymbolFacts['sources']> = {}, more: Partial<SymbolFacts> = {}): SymbolFacts => ({
  sources: { symbol: 'BTCUSDT', nowSec: NOW_SEC, target: NONE, efficiency: NONE, proposal: NONE, multiplier: NONE, position: NONE, epoch: null, parameters: null, ...over },
  windows: { lastExecSec: NOW_SEC - 30, dayUsd: 1200 },
  limits: { hash: 'eeeeeeeeeeee', parameters: limitValues(SOME_POLICY.governor) },
  spellings: [],
  unread: [],
  ...more,
}); // prettier-ignore
const linesOf = (...args: Parameters<typeof facts>): Record<string, string> =>
  Object.fromEntries(symbolLines(facts(...args)).map(({ label, text }) => [label, text]));

describe('a symbol in words', () => {
  it('holds its windows to the limits in force', () => {
    expect(linesOf({ executions: { hourCount: 1, burstCount: 0 } })).toMatchObject({
      'in 5 min': '0 permits, limit 2', 'in 1 h': '1 permit, limit 3', today: '1,200 USD, limit 5,000', 'last permit': '30 s ago; cooldown 60 s',
    }); // prettier-ignore
    const unknown = linesOf({}, { limits: undefined, windows: { lastExecSec: undefined, dayUsd: 0 } });
    expect(unknown).toMatchObject({ today: '0 USD', 'last permit': 'none is known', limits: expect.stringMatching(/^not known/) }); // prettier-ignore
  });

  it('says why the score does not count now, with its numbers', () => {
    expect(linesOf({ efficiency: ['0.8', '0.5', String(NOW_SEC)] })['score now']).toMatch(/^low_conf \(0\.5 < 0\.65\)/);
    expect(linesOf({ efficiency: ['0.8', '0.9', String(NOW_SEC - 7000)] })['score now']).toMatch(/^stale_eff \(117 min old, limit 600 s\)/); // prettier-ignore
    expect(linesOf({ efficiency: ['0.8', '0.9', String(NOW_SEC)] })).not.toHaveProperty('score now');
    expect(linesOf({ efficiency: 'unreadable' })['score now']).toMatch(/^redis_error/);
  });

  it('names other spellings, and what could not be read', () => {
    const unread = [{ what: 'windows of BTCUSDT', why: 'NOPERM', isDenied: true }];
    expect(linesOf({}, { spellings: ['BTC/USDT'], unread })).toMatchObject({ SPELLING: expect.stringContaining('BTC/USDT'), 'NOT READ': 'windows of BTCUSDT: NOPERM' }); // prettier-ignore
  });

  it('takes any text, and keeps to the width where words allow it', () => {
    const values = fc.array(fc.option(anyText()), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(values, values, values, (target, efficiency, proposal) => {
        const text = columnText(symbolLines(facts({ target, efficiency, proposal })), 80);
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      }),
    );
    const lines = columnText([{ label: 'a', text: 'word '.repeat(50).trim() }], 40)
      .trimEnd()
      .split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40);
  });
});
