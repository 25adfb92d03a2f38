import { describe, expect, it } from '@jest/globals';
import { checkSamples, finishedCycles } from './check.js';
import { LIFE_SEC, PILOT } from './plan.js';
import type { KeySeen, Sample } from './sample.js';

const T = 1_763_386_800;
const STATE = { name: 'baking', plan: 'p', policy: 'q', epoch: 7, stage: 0, blend: 0.5 };
const [SYMBOL = ''] = PILOT;

/** The multiplier of a cycle. */
const key = (cycleSec: number): KeySeen => ({
  symbol: SYMBOL,
  fields: {
    multiplier: '0.95', proposed_multiplier: '0.9', blend: '0.5', direction: 'down_only', epoch: '7', reason: 'stage', fence: '1:a',
    ts_epoch: String(cycleSec), expires_at: String(cycleSec + LIFE_SEC),
  },
  endsMs: 1000 * (cycleSec + LIFE_SEC),
}); // prettier-ignore

/**
 * What is seen at a time, seconds after `T`: the cycle that was stored last, its writer, and the cycle whose key
 * exists.
 */
const seen = (at: number, lease: string, cycle: number, published?: number): Sample => ({
  atSec: T + at,
  epoch: '7',
  state: STATE,
  lease,
  cycleSec: T + cycle,
  keys: published === undefined ? [] : [key(T + published)],
});

describe('a cycle', () => {
  it('is finished once its process has stored another one', () => {
    const samples = [
      seen(0, 'a', 0),
      seen(1, 'a', 1),
      seen(2, 'b', 2),
      seen(3, '', 2),
      seen(4, 'b', 4),
      seen(5, 'b', 5),
    ];
    expect(finishedCycles(samples)).toEqual([undefined, T, T, T, T, T + 4]);
  });
});

describe('what has to be renewed', () => {
  const lapses = (samples: readonly Sample[]) => {
    const window = { rule: 'renewed', fromSec: T, toSec: Infinity, symbols: [SYMBOL] } as const;
    return checkSamples(samples, [window]).map(({ kind }) => kind);
  };
  const begin = [seen(0, 'a', 0, 0), seen(1, 'a', 1, 0)];

  it('counts for as long as the last finished cycle lets it live', () => {
    expect(lapses([...begin, seen(2, 'a', 1, 1)])).toEqual([]);
    expect(lapses([...begin, seen(LIFE_SEC - 1, 'a', 1)])).toEqual(['lapsed']);
  });

  it('may go where no process came as far as to publish', () => {
    const killed = [seen(10, 'b', 10, 0), seen(20, 'c', 20, 0)];
    expect(lapses([...begin, ...killed, seen(LIFE_SEC + 1, 'c', 20)])).toEqual([]);
    expect(lapses([...begin, ...killed, seen(21, 'c', 21, 0), seen(LIFE_SEC + 1, 'c', 21)])).toEqual(['lapsed']);
  });
});
