import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CycleReadings, Entry } from '../readings.js';
import { cycles, NOW, proposal, readings, SERVICES } from '../readings.test-support.js';
import { encodeSnapshot } from '../delta/wire.js';
import { MAX_DECISIONS, MAX_INCIDENTS } from '../snapshot/snapshot.js';
import { foldCycle, newModel, type Model } from './model.js';

const folded = (all: readonly CycleReadings[]): Model => all.reduce(foldCycle, newModel(SERVICES));

/** Every number in a value. */
function* numbersIn(value: unknown): Generator<number> {
  if (typeof value === 'number') yield value;
  else if (value instanceof Map) yield* numbersIn([...(value as Map<string, unknown>).values()]);
  else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) yield* numbersIn(one);
}

describe('a model', () => {
  it('takes anything: no exception, no NaN, nothing undefined, and no more than it keeps', () => {
    fc.assert(
      fc.property(cycles, (all) => {
        const { snapshot } = folded(all);
        expect([...numbersIn(snapshot)].filter((value) => !Number.isFinite(value))).toEqual([]);
        expect(JSON.parse(encodeSnapshot(snapshot))).toEqual({ ...snapshot, symbols: [...snapshot.symbols.values()] });
        expect(snapshot.decisions.length).toBeLessThanOrEqual(MAX_DECISIONS);
        expect(snapshot.incidents.length).toBeLessThanOrEqual(MAX_INCIDENTS);
      }),
    );
  });

  it('does not depend on the order of entries within a cycle', () => {
    const reversed = (given: CycleReadings): CycleReadings => {
      const turn = <T>(list: readonly T[] | undefined): T[] | undefined => list && [...list].reverse();
      const { proposals, scores, plans, events, evidence, rolloutAudit, records } = given;
      const turned = { proposals, scores, plans, events, evidence, rolloutAudit };
      const entries = Object.entries(turned).map(([name, list]) => [name, turn<Entry>(list)]);
      const texts = records && new Map([...records].reverse());
      return { ...given, ...Object.fromEntries(entries), ...(texts && { records: texts }) } as CycleReadings;
    };
    fc.assert(
      fc.property(cycles, (all) => {
        expect(folded(all.map(reversed)).snapshot).toEqual(folded(all).snapshot);
      }),
    );
  });

  it('changes nothing in a cycle that reads nothing', () => {
    fc.assert(
      fc.property(cycles, ([first, ...others]) => {
        const model = folded([first as CycleReadings, ...others]);
        const again = foldCycle(model, { nowSec: others.at(-1)?.nowSec ?? (first as CycleReadings).nowSec, ...(model.snapshot.redis.isAnswering ? {} : { away: model.snapshot.redis.why }) }); // prettier-ignore
        expect(again.snapshot).toBe(model.snapshot);
      }),
    );
  });

  it('changes nothing in a cycle that reads polled keys and the same summary again', () => {
    fc.assert(
      fc.property(readings, (given) => {
        const { nowSec, lastCycle, switches, rollout, signs, probes, policies, away } = given;
        const polled = Object.fromEntries(Object.entries({ nowSec, lastCycle, switches, rollout, signs, probes, policies, away }).filter(([, part]) => part !== undefined)) as unknown as CycleReadings; // prettier-ignore
        const model = folded([given, polled]);
        expect(foldCycle(model, polled).snapshot).toBe(model.snapshot);
      }),
    );
  });

  it('counts its changes', () => {
    const first = folded([{ nowSec: NOW, proposals: [proposal(NOW, 'AAA')] }]);
    const same = foldCycle(first, { nowSec: NOW + 1 });
    const next = foldCycle(same, { nowSec: NOW + 10, proposals: [proposal(NOW + 10, 'AAA', { multiplier: 1.3 })] });
    expect([first, same, next].map(({ snapshot }) => snapshot.number)).toEqual([1, 1, 2]);
  });
});
