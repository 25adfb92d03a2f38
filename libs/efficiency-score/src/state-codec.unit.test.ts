import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import {
  closePeriod,
  decodeState,
  encodeState,
  scoreSymbol,
  STATE_FIELDS,
  STATE_VERSION,
  type StateField,
} from './index.js';
import {
  anyNumber,
  anyPeriod,
  closeAll,
  earnings,
  FIRST,
  flat,
  gains,
  rules,
  rulesWith,
} from './periods.test-support.js';

const encoded = (periods = earnings([10, -5, 3])): Record<StateField, string> => encodeState(closeAll(periods)!, rules);

describe('a state as text', () => {
  it('has its fields in order, and a version', () => {
    expect(Object.keys(encoded())).toEqual(STATE_FIELDS);
    expect(encoded()).toMatchObject({ version: STATE_VERSION, period_sec: '60', first_period: String(FIRST), period: String(FIRST + 3), gain_usd: '8', last_return: '0.003' }); // prettier-ignore
  });

  it('is empty where a value is unknown', () => {
    const fields = encoded([flat(FIRST, { end: { positionQty: undefined, priceUsd: undefined } })]);
    const unknown = STATE_FIELDS.filter((name) => fields[name] === '');
    expect(unknown).toEqual(['position_qty', 'price_usd', 'p31_last_execution', 'last_period', 'last_return', 'oldest_input', 'weight', 'squared_weight', 'mean', 'squares', 'pair_weight', 'later_mean', 'earlier_mean', 'pair_products']); // prettier-ignore
  });

  it('is read back to the bit, whatever happened', () => {
    const next = fc.integer({ min: FIRST, max: FIRST + 30 });
    fc.assert(
      fc.property(gains, fc.array(anyPeriod(next), { maxLength: 20 }), (given, others) => {
        let state = closeAll(earnings(given, FIRST - 100));
        for (const closed of others) {
          const closing = closePeriod(state, closed, rules);
          if (closing.closed) state = closing.state;
        }
        expect(decodeState(encodeState(state!, rules), rules)).toStrictEqual({ state });
      }),
      { numRuns: 500 },
    );
  });

  it('is read back to the bit after a pause of hundreds of half-lives, of which hardly a weight is left', () => {
    const hours = rulesWith({ halflifeSec: 3600 });
    const pause = fc.integer({ min: 1, max: 400 * 60 });
    fc.assert(
      fc.property(gains, pause, gains, (before, periods, after) => {
        const last = closeAll(earnings(before), hours);
        for (let taken = 0; taken <= after.length; taken += 1) {
          const later = earnings(after.slice(0, taken), FIRST + before.length + periods);
          const state = closeAll(later, hours, last);
          expect(decodeState(encodeState(state!, hours), hours)).toStrictEqual({ state });
        }
      }),
      { numRuns: 200, examples: [[[5.320050739892064], 3144, [-5]]] },
    );
  });
});

describe('a state that cannot be used', () => {
  const broken = (changes: Partial<Record<StateField, string | null>>) =>
    decodeState({ ...encoded(), ...changes }, rules);

  it('is absent, of another version, or of another grid', () => {
    expect(decodeState({}, rules)).toEqual({ problem: 'absent' });
    expect(decodeState({ fence: '7', version: null, period: '' }, rules)).toEqual({ problem: 'absent' });
    expect(broken({ version: '2' })).toEqual({ problem: 'version' });
    expect(broken({ version: '' })).toEqual({ problem: 'version' });
    expect(decodeState(encoded(), rulesWith({ periodSec: 30 }))).toEqual({ problem: 'period_sec' });
    expect(broken({ period_sec: 'x' })).toEqual({ problem: 'period_sec' });
  });

  it('ignores other fields', () => {
    expect(decodeState({ ...encoded(), fence: '7' }, rules).problem).toBeUndefined();
  });

  it.each<[StateField, readonly string[], readonly string[]]>([
    ['first_period', [String(FIRST + 1), '0'], [String(FIRST + 4), '-1', '1.5', '1e300']],
    ['period', [String(FIRST + 3), String(FIRST + 100)], [String(FIRST + 2), String(FIRST - 1)]],
    ['gain_usd', ['-1e35', '10'], ['11', '-1.1e35']],
    ['peak_gain_usd', ['8', '1e35'], ['7.9', '-1', '1.1e35']],
    ['score_ewma', ['0', '1'], ['-0.001', '1.001']],
    ['p31_volatility_usd', ['0', '1e21'], ['-1', '1.1e21']],
    ['p31_loss_usd', ['0', '1e21'], ['-1', '1.1e21']],
    ['p31_performance', ['-1', '1'], ['-1.001', '1.001']],
    ['p31_target_usd', ['1e-9', '1e15'], ['0', '-1', '1.1e15']],
    ['last_period', [String(FIRST + 3), String(FIRST)], [String(FIRST + 4), String(FIRST - 1), '1.5']],
    ['last_return', ['1e6', '-1e6'], ['1.1e6', '-1.1e6']],
    ['oldest_input', ['-5', '1e300'], []],
    ['weight', ['1', '1e12'], ['0.999', '1.1e12']],
    ['squared_weight', ['1', '1e12'], ['0.999', '1.1e12']],
    ['mean', ['1e6', '-1e6'], ['1.1e6', '-1.1e6']],
    ['squares', ['0', '4e24'], ['-1e-9', '4.1e24']],
    ['pair_weight', ['0', '1e12'], ['-1e-9', '1.1e12']],
    ['later_mean', ['1e6', '-1e6'], ['1.1e6', '-1.1e6']],
    ['earlier_mean', ['1e6', '-1e6'], ['1.1e6', '-1.1e6']],
    ['pair_products', ['4e24', '-4e24'], ['4.1e24', '-4.1e24']],
  ])('has a range for %s', (name, good, bad) => {
    for (const text of good) expect([text, broken({ [name]: text }).problem]).toEqual([text, undefined]);
    for (const text of [...bad, '', 'x', 'NaN', 'Infinity', null]) expect([text, broken({ [name]: text })]).toEqual([text, { problem: 'invalid' }]);
  }); // prettier-ignore

  it.each<[StateField, readonly string[], readonly (string | null)[]]>([
    ['position_qty', ['-5', '0', '1e300', ''], ['x', 'NaN', '1e999']],
    ['price_usd', ['1e-300', '1e300', ''], ['0', '-1', 'x']],
    ['p31_last_execution', ['0.5', '1e12', ''], ['0', '-1', 'x']],
  ])('has a range for %s where it is known', (name, good, bad) => {
    for (const text of [...good, null]) expect([text, broken({ [name]: text }).problem]).toEqual([text, undefined]);
    for (const text of bad) expect([text, broken({ [name]: text })]).toEqual([text, { problem: 'invalid' }]);
  });

  it('never makes a score that is no number, whatever its fields hold', () => {
    const number = fc
      .oneof(anyNumber, uniform(0, 2), fc.constantFrom(1e6, 1e12, 4e24, -4e24, 1e35, 1e-300, FIRST))
      .map(String);
    const field = fc.oneof({ weight: 9, arbitrary: number }, { weight: 1, arbitrary: fc.string() });
    const names = STATE_FIELDS.filter((name) => !['version', 'period_sec'].includes(name));
    const changes = fc.dictionary(fc.constantFrom(...names), field, { maxKeys: 8 });
    fc.assert(
      fc.property(
        changes,
        anyNumber,
        anyPeriod(fc.integer({ min: FIRST, max: FIRST + 20 })),
        (given, nowSec, closed) => {
          const { state } = decodeState({ ...encoded(), ...given }, rules);
          if (state === undefined) return;
          const closing = closePeriod(state, closed, rules);
          for (const one of [state, ...(closing.closed ? [closing.state] : [])]) {
            const { capitalPressure, ...numbers } = scoreSymbol(one, { ...closed, nowSec }, rules);
            expect(Object.values(numbers).filter((each) => !Number.isFinite(each))).toEqual([]);
            expect(['INCREASE', 'HOLD', 'DECREASE']).toContain(capitalPressure);
            for (const share of [numbers.score, numbers.scoreP31V1, numbers.confidence])
              expect(share >= 0 && share <= 1).toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
