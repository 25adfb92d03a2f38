import { describe, expect, it } from '@jest/globals';
import { aPlan } from '@quantum/test-fixtures';
import type { HintFields } from './hints.js';
import { WaitingPlans, type NewPlan } from './waiting-plans.js';

const NOW = { nowSec: 1_763_899_200.5, nowMs: 5000 };
const hint: HintFields = { fields: {}, text: '' };

/** A plan whose entry is `ageMs` old. */
const planOf = (planId: string, ageMs = 0, symbol = 'BTCUSDT'): NewPlan => ({
  entryId: `${NOW.nowSec * 1000 - ageMs}-0`,
  plan: { ...aPlan({ symbol }), planId },
  hint,
});

describe('plans that wait for their permits', () => {
  it('are given up when the plan is too old, however late it was read', () => {
    const waiting = new WaitingPlans(120);
    expect(waiting.add(planOf('fresh'), NOW).deadlineMs).toBe(5000 + 120_000);
    expect(waiting.add(planOf('late', 50_000), NOW).deadlineMs).toBe(5000 + 70_000);
    expect(waiting.add(planOf('too late', 200_000), NOW).deadlineMs).toBe(5000 - 80_000);
  });

  it('had no permit before they were plans', () => {
    const waiting = new WaitingPlans(120);
    expect(waiting.add(planOf('a', 30), NOW).lastAbsentMs).toBe(4970);
  });

  it('are of now where their entries are of the future', () => {
    const waiting = new WaitingPlans(120);
    const { deadlineMs, lastAbsentMs } = waiting.add(planOf('a', -3_600_000), NOW);
    expect({ deadlineMs, lastAbsentMs }).toEqual({ deadlineMs: 125_000, lastAbsentMs: 5000 });
  });

  it('wait once for each id, with all entries that brought it, and the first hint', () => {
    const waiting = new WaitingPlans(120);
    const first = waiting.add(planOf('a', 10), NOW);
    expect(waiting.add(planOf('a', 5, 'ETHUSDT'), NOW)).toBe(first);
    waiting.add(planOf('a', 5), NOW);
    expect([...first.entryIds]).toEqual(['1763899200490-0', '1763899200495-0']);
    expect(first.plan).toEqual({ planId: 'a', symbol: 'BTCUSDT' });
    expect(waiting.size).toBe(1);
  });

  it('are distinguished from a plan of the same id that came after they were settled', () => {
    const waiting = new WaitingPlans(120);
    const settled = waiting.add(planOf('a'), NOW);
    expect(waiting.has(settled)).toBe(true);
    waiting.delete(settled);
    expect(waiting.get('a')).toBeUndefined();
    const again = waiting.add(planOf('a'), NOW);
    expect([waiting.has(settled), waiting.has(again)]).toEqual([false, true]);
  });

  it('keep nothing of a plan but what its permit needs, however large its entry', () => {
    const { plan } = new WaitingPlans(120).add(planOf('a'), NOW);
    expect(plan).toEqual({ planId: 'a', symbol: 'BTCUSDT' });
  });

  it('come oldest first', () => {
    const waiting = new WaitingPlans(120);
    for (const id of ['c', 'a', 'b', 'a']) waiting.add(planOf(id), NOW);
    expect([...waiting].map(({ plan }) => plan.planId)).toEqual(['c', 'a', 'b']);
  });
});
