import { describe, expect, it } from '@jest/globals';
import { parsePlan } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { mulberry32 } from '@quantum/testbed';
import { addGrant, paceOf } from './grants.js';
import { draftPlan, PLAN_RATES, type Tradable } from './plans.js';

const tradable = (symbol: string, grantsSec: readonly number[] = [], positionQty = 900): Tradable => ({
  symbol,
  priceUsd: 2,
  targetUsd: 3000,
  positionQty,
  isShort: positionQty < 0,
  grantsSec,
});

describe('plans', () => {
  it('are valid by the contract, except for those that are malformed on purpose', () => {
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 10, max: 10_000 }), (seed, index) => {
        const draft = draftPlan(`p-${index}`, index, [tradable('AAA'), tradable('BBB', [990])], 1000, mulberry32(seed));
        const entry = parsePlan(draft?.fields ?? {});
        const kind = entry.kind === 'invalid' ? entry.reason : entry.kind;
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        if (entry.kind === 'plan') expect(entry.plan.fields['kill_score']).toBeDefined();
        expect(draft?.order !== undefined).toBe(entry.kind === 'plan');
      }),
      { numRuns: 1000, seed: 1 },
    );
    expect([...kinds.keys()].sort()).toEqual(['invalid_qty', 'not_execute', 'plan']);
  });

  it('open only free symbols, and skip if there is none', () => {
    const openings = 1 - PLAN_RATES.reduce((sum, { share }) => sum + share, 0);
    expect(openings).toBeGreaterThan(0.5);
    const busy = tradable('BUSY', [995]);
    expect(draftPlan('p', 0, [busy, tradable('FREE')], 1000, () => 0.5)?.symbol).toBe('FREE');
    expect(draftPlan('p', 0, [busy], 1000, () => 0.5)?.fields['decision']).toBe('SKIP');
    expect(draftPlan('p', 0, [], 1000, () => 0.5)).toBeUndefined();
  });

  it('sell to open a short position, and close no more than the position', () => {
    const order = (index: number, known: Tradable) => draftPlan('p', index, [known], 1000, () => 0.5)?.order;
    expect(order(0, tradable('LONG'))).toMatchObject({ symbol: 'LONG', closing: false });
    expect(order(0, tradable('LONG'))?.signedQty).toBeGreaterThan(0);
    expect(order(0, tradable('SHORT', [], -900))?.signedQty).toBeLessThan(0);
    const closing = 8; // the ninth fixed plan
    expect(order(closing, tradable('LONG'))).toMatchObject({ closing: true, signedQty: -675 });
    expect(order(closing, tradable('SHORT', [], -900))).toMatchObject({ closing: true, signedQty: 675 });
    for (const small of [0, 700]) expect(order(closing, tradable('SMALL', [], small))).toBeUndefined();
  });

  it('count their expected grants', () => {
    expect(draftPlan('p', 0, [tradable('FREE')], 1000, () => 0.5)?.grantsSec).toEqual([1000]);
    expect(draftPlan('p', 2, [tradable('FREE')], 1000, () => 0.5)?.grantsSec).toEqual([]);
  });
});

describe('the pace of a symbol', () => {
  it.each([
    [[], 'free'],
    [[950], 'cooling'],
    [[900], 'free'],
    [[800, 900], 'busy_minutes'],
    [[100, 500, 900], 'busy_hour'],
    [[100, 500, 980], 'cooling'],
  ] as const)('after grants at %j is %s', (grantsSec, pace) => {
    expect(paceOf(grantsSec, 1000)).toBe(pace);
  });

  it('drops grants of more than an hour ago', () => {
    expect(addGrant([100, 4000], 5000)).toEqual([4000, 5000]);
  });
});
