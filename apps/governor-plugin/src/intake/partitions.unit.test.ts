import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PlanEntry } from '@quantum/plan-loop';
import { besideEarlier, inFlight, partitionsOf, passesOf } from './partitions.js';

const plans: fc.Arbitrary<PlanEntry[]> = fc
  .array(
    fc.record({
      planId: fc.integer({ max: 20, min: 0 }).map(String),
      symbol: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
      closing: fc.boolean(),
      closesByActionOnly: fc.boolean(),
    }),
  )
  .map((all) => all.map((plan, i) => ({ entry: { id: `${i}-0` }, plan }) as PlanEntry));
const idOf = ({ entry }: PlanEntry) => Number(entry.id.split('-')[0]);
const isSorted = (row: readonly PlanEntry[]) => row.every((entry, i) => i === 0 || idOf(entry) > idOf(row[i - 1] as PlanEntry)); // prettier-ignore

describe('a batch', () => {
  it('is split into passes that hold no plan twice and no open behind a close, and first entries in their order', () => {
    fc.assert(
      fc.property(plans, (batch) => {
        const passes = passesOf(batch);
        expect(passes.flat().sort((a, b) => idOf(a) - idOf(b))).toEqual(batch);
        for (const pass of passes) expect(new Set(pass.map(({ plan }) => plan.planId)).size).toBe(pass.length);
        const ids = batch.map(({ plan }) => plan.planId);
        const firsts = passes.flat().filter((entry) => ids.indexOf(entry.plan.planId) === idOf(entry));
        for (const pass of passes) {
          const closed = new Set<string>();
          for (const entry of pass.filter((one) => firsts.includes(one))) {
            const { closing, closesByActionOnly } = entry.plan;
            expect((closing && !closesByActionOnly) || !closed.has(entry.plan.symbol)).toBe(true);
            if (entry.plan.closing) closed.add(entry.plan.symbol);
          }
        }
        for (const symbol of 'ABCDE') expect(isSorted(firsts.filter(({ plan }) => plan.symbol === symbol))).toBe(true);
        for (const planId of new Set(batch.map(({ plan }) => plan.planId))) {
          expect(isSorted(passes.flat().filter(({ plan }) => plan.planId === planId))).toBe(true);
        }
      }),
    );
  });

  it('is cut into partitions that share no symbol, each in its order', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 1, max: 5 }), (batch, partitionPlans) => {
        const partitions = partitionsOf(batch, partitionPlans);
        expect(partitions.flat().sort((a, b) => idOf(a) - idOf(b))).toEqual(batch);
        expect(partitions.every((partition) => partition.length > 0 && isSorted(partition))).toBe(true);
        const symbols = partitions.flatMap((partition) => [...new Set(partition.map(({ plan }) => plan.symbol))]);
        expect(new Set(symbols).size).toBe(symbols.length);
        expect(partitions.length).toBeLessThanOrEqual(Math.ceil(batch.length / partitionPlans));
      }),
    );
  });
});

describe('a batch beside an earlier one', () => {
  it('keeps what shares a symbol or an id with it waiting, and all of a symbol together', () => {
    fc.assert(
      fc.property(plans, plans, (earlier, batch) => {
        const before = inFlight(earlier);
        const { free, waiting } = besideEarlier(batch, [before]);
        expect([...free, ...waiting].sort((a, b) => idOf(a) - idOf(b))).toEqual(batch);
        expect(isSorted(free) && isSorted(waiting)).toBe(true);
        for (const { plan } of free)
          expect(before.symbols.has(plan.symbol) || before.planIds.has(plan.planId)).toBe(false);
        const held = inFlight(waiting);
        expect(free.some(({ plan }) => held.symbols.has(plan.symbol) || held.planIds.has(plan.planId))).toBe(false);
      }),
    );
  });

  it('is free where it shares nothing', () => {
    const [a, b] = ['A', 'B'].map(
      (name) => ({ entry: { id: '1-0' }, plan: { planId: name, symbol: name } }) as PlanEntry,
    );
    expect(besideEarlier([a!], [inFlight([b!])])).toEqual({ free: [a], waiting: [] });
    expect(besideEarlier([a!, b!], [inFlight([b!])])).toEqual({ free: [a], waiting: [b] });
  });
});
