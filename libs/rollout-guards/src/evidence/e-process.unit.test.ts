import { describe, expect, it } from '@jest/globals';
import { uniform } from '@quantum/generators';
import fc from 'fast-check';
import { addHour, eValue, EVIDENCE_TESTS, logE, NEW_E_PROCESS, type EProcess, type EvidenceTest } from './e-process.js';
import { isHarmShown, isShown, logThreshold } from './verdict.js';

const rules = { clipBps: 16, deltaBpsPerDay: 24 }; // delta is 1 an hour
const after = (test: EvidenceTest, hours: readonly (number | undefined)[], from: EProcess = NEW_E_PROCESS): EProcess =>
  hours.reduce<EProcess>((state, hour) => addHour(state, test, hour, rules), from);
const advantage = uniform(-40, 40);

describe('an e-process', () => {
  it('begins with eight bets, and E = 1', () => {
    expect(NEW_E_PROCESS).toEqual({ logs: [0, 0, 0, 0, 0, 0, 0, 0], hours: 0, clipped: 0, greatestLogE: 0 });
    expect(eValue(logE(NEW_E_PROCESS))).toBe(1);
  });

  it.each<[EvidenceTest, number]>([
    ['harm', -1 - 4],
    ['non_inferior', 4 + 1],
    ['superior', 4],
  ])('of %s bets on z = %d bps where an hour gained 4 and delta is 1', (test, z) => {
    const { logs, hours } = after(test, [4]);
    expect(hours).toBe(1);
    logs.forEach((log, j) => {
      expect(log).toBeCloseTo(Math.log(1 + ((0.9 / 17) * z) / 2 ** j), 14);
    });
  });

  it('is the mean of the wealths of its bets', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EVIDENCE_TESTS), fc.array(advantage, { maxLength: 60 }), (test, hours) => {
        const state = after(test, hours);
        const mean = state.logs.reduce((sum, log) => sum + Math.exp(log), 0) / 8;
        expect(eValue(logE(state)) / mean).toBeCloseTo(1, 9);
      }),
    );
  });

  it('clips an hour, and counts that it did', () => {
    expect(after('superior', [16, -16])).toMatchObject({ hours: 2, clipped: 0 });
    expect(after('superior', [16.01, -900])).toEqual({ ...after('superior', [16, -16]), clipped: 2 });
  });

  it.each([undefined, NaN, Infinity, -Infinity])('is not changed by a missing hour: %p', (hour) => {
    const state = after('harm', [3, -5]);
    expect(after('harm', [hour], state)).toBe(state);
  });

  it('keeps its greatest E', () => {
    const state = after(
      'harm',
      Array.from({ length: 50 }, () => -10),
    );
    const later = after('harm', Array.from({ length: 500 }, () => 10), state); // prettier-ignore
    expect(later.greatestLogE).toBe(state.greatestLogE);
    expect(state.greatestLogE).toBe(logE(state));
    expect(logE(later)).toBeLessThan(0);
  });

  it('goes on to the bit from a state that was written as text', () => {
    const hours = fc.array(fc.option(advantage, { nil: undefined }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.constantFrom(...EVIDENCE_TESTS), hours, fc.nat(), (test, given, at) => {
        const cut = at % given.length;
        const kept = JSON.parse(JSON.stringify(after(test, given.slice(0, cut)))) as EProcess;
        expect(after(test, given.slice(cut), kept)).toEqual(after(test, given));
      }),
    );
  });

  it('has no wealth that overflows, and none that ends', () => {
    const certain = after(
      'superior',
      Array.from({ length: 5000 }, () => 16),
    );
    expect(eValue(logE(certain))).toBe(Number.MAX_VALUE);
    const ruined = after(
      'superior',
      Array.from({ length: 5000 }, () => -16),
    );
    expect(ruined.logs.every(Number.isFinite)).toBe(true);
    expect(Number.isFinite(logE(ruined))).toBe(true);
    expect(eValue(logE(ruined))).toBeGreaterThanOrEqual(0);
  });

  it('never gains in an hour that a fair game would not give back', () => {
    // E[E'] <= E under the hypothesis: the worst two-point distribution with z = 0 on average leaves E as it is.
    fc.assert(
      fc.property(fc.array(advantage, { maxLength: 40 }), uniform(0.1, 16), (hours, y) => {
        const state = after('superior', hours);
        const [up, down] = [y, -y].map((each) => eValue(logE(after('superior', [each], state))));
        expect((up! + down!) / 2 / eValue(logE(state))).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('the verdicts of the tests', () => {
  const state = (changes: Partial<EProcess>): EProcess => ({ ...NEW_E_PROCESS, hours: 1000, ...changes });
  const logs = (e: number) => Array.from({ length: 8 }, () => Math.log(e));

  it('have the threshold 1 / alpha', () => {
    for (const alpha of [0.001, 0.05, 0.1, 0.5]) expect(logThreshold(alpha)).toBeCloseTo(Math.log(1 / alpha), 12);
  });

  it('show an advance only now', () => {
    expect(isShown(state({ logs: logs(10.01) }), 0.1)).toBe(true);
    expect(isShown(state({ logs: logs(9.99), greatestLogE: 9 }), 0.1)).toBe(false);
    expect(isShown(NEW_E_PROCESS, 0.1)).toBe(false);
  });

  it('do not show an advance where more than 1 % was clipped', () => {
    expect(isShown(state({ logs: logs(99), clipped: 10 }), 0.1)).toBe(true);
    expect(isShown(state({ logs: logs(99), clipped: 11 }), 0.1)).toBeUndefined();
  });

  it('begin at the threshold itself', () => {
    const threshold = logThreshold(0.1);
    expect(isShown(state({ logs: Array.from({ length: 8 }, () => threshold) }), 0.1)).toBe(true);
    expect(isHarmShown(state({ greatestLogE: threshold }), 0.1)).toBe(true);
  });

  it('show harm that was shown once', () => {
    expect(isHarmShown(state({ greatestLogE: Math.log(10.01), clipped: 900 }), 0.1)).toBe(true);
    expect(isHarmShown(state({ greatestLogE: Math.log(9.99) }), 0.1)).toBe(false);
  });
});
