import { describe, expect, it } from '@jest/globals';
import { uniform, usd } from '@quantum/generators';
import fc from 'fast-check';
import { idleSecOf, lossShareOf, NEW_P31_STATE, p31Score, type P31Inputs, withInputs, withGain } from './p31-v1.js';
import { rules } from './periods.test-support.js';
import type { P31State } from './index.js';

const NOW = 1_763_386_800;
const state = (changes: Partial<P31State>): P31State => ({ ...NEW_P31_STATE, targetUsd: 1000, ...changes });
const inputs = (changes: Partial<P31Inputs>): P31Inputs => ({
  reservedUsd: undefined, performance: undefined, lastExecutionSec: undefined, ...changes,
}); // prettier-ignore

describe('the published score', () => {
  it.each<[string, Partial<P31State>, number]>([
    ['is neutral at first', {}, 0.5],
    ['has the range of performance mended: -1 is 0', { performance: -1 }, 0],
    ['has the range of performance mended: 1 is 1', { performance: 1 }, 1],
    ['falls with volatility', { volatilityUsd: 500 }, 0.5 / 1.4],
    ['falls with losses', { lossUsd: 500 }, 0.5 / 1.6],
    ['falls with idle time', { lastExecutionSec: NOW - 1800 }, 0.5 / 1.3],
    ['falls with at most an hour of it', { lastExecutionSec: NOW - 7200 }, 0.5 / 1.6],
    ['does not rise with an execution ahead', { lastExecutionSec: NOW + 30 }, 0.5],
    ['adds the penalties', { volatilityUsd: 500, lossUsd: 500, lastExecutionSec: NOW - 3600 }, 0.5 / 2.6],
    ['takes a target below a dollar as one', { targetUsd: 0.01, volatilityUsd: 1, lossUsd: 1 }, 0.5 / 3],
  ])('%s', (_name, changes, score) => {
    expect(p31Score(state(changes), NOW)).toBeCloseTo(score, 14);
  });

  it('is within 0..1 for any state', () => {
    fc.assert(
      fc.property(
        usd(1e21),
        usd(1e21),
        uniform(-1, 1),
        uniform(1e-9, 1e15),
        uniform(0, 4e9),
        fc.double(),
        (volatilityUsd, lossUsd, performance, targetUsd, lastExecutionSec, nowSec) => {
          const score = p31Score({ volatilityUsd, lossUsd, performance, targetUsd, lastExecutionSec }, nowSec);
          return score >= 0 && score <= 1;
        },
      ),
    );
  });
});

describe('its state', () => {
  it('takes readable inputs, and keeps the last known value of others', () => {
    const known = state({ performance: 0.2, lastExecutionSec: NOW - 100 });
    expect(withInputs(known, inputs({}), NOW, rules)).toEqual(known);
    expect(withInputs(known, inputs({ performance: -1, reservedUsd: 5, lastExecutionSec: NOW }), NOW, rules)).toEqual({
      ...known, performance: -1, targetUsd: 5, lastExecutionSec: NOW,
    }); // prettier-ignore
  });

  it.each<Partial<P31Inputs>>([
    { performance: 1.01 },
    { performance: -1.01 },
    { performance: NaN },
    { reservedUsd: 0 },
    { reservedUsd: -5 },
    { reservedUsd: Infinity },
    { lastExecutionSec: NOW - 101 },
    { lastExecutionSec: NOW * 1000 },
    { lastExecutionSec: NOW + 61 },
    { lastExecutionSec: NaN },
    { lastExecutionSec: -1 },
    { lastExecutionSec: 0 },
  ])('ignores %j', (changes) => {
    const known = state({ performance: 0.2, lastExecutionSec: NOW - 100 });
    expect(withInputs(known, inputs(changes), NOW, rules)).toEqual(known);
  });

  it('knows no execution before the first, and one a minute ahead', () => {
    expect(withInputs(state({}), inputs({ lastExecutionSec: 0 }), NOW, rules).lastExecutionSec).toBeUndefined();
    expect(withInputs(state({}), inputs({ lastExecutionSec: NOW + 60 }), NOW, rules).lastExecutionSec).toBe(NOW + 60);
    expect(withInputs(state({}), inputs({ performance: -0 }), NOW, rules).performance).toBe(0);
  });

  it('smooths gains and losses with the published weight of 0.2', () => {
    const gained = withGain(state({ performance: 0.1, lastExecutionSec: 5 }), 10);
    expect(gained).toEqual(state({ performance: 0.1, lastExecutionSec: 5, volatilityUsd: 2 }));
    expect(withGain(state({ volatilityUsd: 2 }), -10)).toEqual(state({ volatilityUsd: 3.6, lossUsd: 2 }));
  });

  it('gives idle time and the share of losses', () => {
    expect(idleSecOf(state({}), NOW)).toBe(0);
    expect(idleSecOf(state({ lastExecutionSec: NOW - 7200.5 }), NOW)).toBe(7200.5);
    expect(idleSecOf(state({ lastExecutionSec: NOW + 10 }), NOW)).toBe(0);
    expect(lossShareOf(state({ lossUsd: 250 }))).toBe(0.25);
    expect(lossShareOf(state({ lossUsd: 250, targetUsd: 0.5 }))).toBe(250);
  });
});
