import { describe, expect, it } from '@jest/globals';
import { evidenceFields, EvidenceReplayer } from '@quantum/rollout-evidence';
import { shadowDay, testPlan, type TestMarket } from './index.js';

const market: TestMarket = new Map([
  ['A', { baseUsd: 1000, score: 0.3, priceUsd: 100, amount: 5 }],
  ['B', { baseUsd: 2000, score: 0.7, priceUsd: 10, amount: -50 }],
]);
const stage = { name: 'only', cohorts: ['all'], blend: 0.5, direction: 'down_only', minHours: 0.001, minPeriods: 0, approvals: 0, require: 'none' }; // prettier-ignore
const plan = testPlan({ cohorts: { all: ['A', 'B'] }, stages: [stage] });
const dayOf = (seed: number) =>
  shadowDay({ plan, policy: '0123456789ab', multipliers: new Map([['A', 0.8], ['B', 1.2]]), market, endSec: 1_763_384_407, seed }); // prettier-ignore

const day = dayOf(1);

describe('a day of shadow', () => {
  it('is enough evidence to know how much the advantage varies, and is replayed to the bit', () => {
    const { folds, entries, figures } = day;
    expect(figures.hours).toBeGreaterThanOrEqual(24);
    const replayer = new EvidenceReplayer();
    entries.forEach((entry, i) => replayer.take({ id: `${i}-1`, fields: evidenceFields(entry) }));
    expect(replayer.result()).toMatchObject({ unreadable: [], differences: [], periods: figures.periods });
    expect(folds.series).toMatchObject({ plan: plan.hash, missing: 0 });
  });

  it('follows from its seed', () => {
    expect(dayOf(1).figures).toEqual(day.figures);
    expect(dayOf(2).figures.band).not.toEqual(day.figures.band);
  });
});
