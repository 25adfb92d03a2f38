import { describe, expect, it } from '@jest/globals';
import { EMPTY_DESK, encodeDesk } from '@quantum/rollout-commands';
import { evidenceFields } from '@quantum/rollout-evidence';
import { addHour, addToSums, GUARD_NAMES, NEW_E_PROCESS, NO_SUMS, type EvidenceTest } from '@quantum/rollout-guards';
import { encodeRolloutState, initialState, parsePlan, planText, type RolloutState } from '@quantum/rollout-plan';
import { NOW, SERVICES } from '../readings.test-support.js';
import type { Entry, RolloutReading } from '../readings.js';
import type { RolloutView } from '../snapshot/rollout.js';
import { guardRows } from './guard-rows.js';
import { foldCycle, newModel, rolloutPlansToRead } from './model.js';

const HASH = '0123456789ab';
const stage = { cohorts: ['pilot'], direction: 'down_only', minHours: 1, minPeriods: 10 };
const file = {
  version: 1, name: 'majors', owner: 'desk', cohorts: { pilot: ['AAA'] },
  stages: [
    { ...stage, name: 'pilot', blend: 0.2, approvals: 1, require: 'non_inferior' },
    { ...stage, name: 'full', blend: 1, approvals: 2, require: 'none' },
  ],
  limits: { maxDeviationUsd: { total: 5000, perSymbol: 2000 } }, slewPerCycle: 0.05, maxHoldSec: 3600, approvalDays: 30,
  guards: Object.fromEntries(GUARD_NAMES.filter((guard) => guard !== 'book_drawdown').map((guard) => [guard, { owner: 'risk' }])),
  evidence: { clipBps: 16, deltaBpsPerDay: 2, alphaAdvance: 0.05, costBps: 5 },
}; // prettier-ignore
const PLAN = parsePlan(JSON.stringify(file), () => true).plan;
const desk = encodeDesk({
  ...EMPTY_DESK,
  plans: [{ hash: HASH, proposer: 'ana', atSec: NOW, excluded: ['BBB'] }],
  approvals: [{ plan: HASH, stage: 'full', user: 'ben', atSec: NOW, evidence: '1-0' }],
});
const stateOf = (changes: Partial<RolloutState> = {}): string =>
  encodeRolloutState({ ...initialState(7), name: 'baking', plan: HASH, blend: 0.1, cycleSec: NOW - 2, sinceSec: NOW - 600, bakedSec: 600, bakedPeriods: 2, ...changes }); // prettier-ignore

function viewOf(changes: Partial<RolloutReading> = {}, evidence: readonly Entry[] = []): RolloutView {
  const memories = JSON.stringify({ slew: { errors: 0, answeredSec: NOW, isBreached: true, breachedSec: NOW } });
  const reading = {
    epoch: '7',
    state: stateOf(),
    desk,
    memories,
    cycle: String(NOW - 2),
    plans: new Map(),
    ...changes,
  };
  const first = foldCycle(newModel(SERVICES), { nowSec: NOW, rollout: reading, evidence });
  const plans = new Map([[HASH, PLAN ? planText(PLAN) : '']]);
  const { rollout } = foldCycle(first, { nowSec: NOW, rollout: { ...reading, plans } }).snapshot;
  if (!rollout) throw new Error('it was read');
  return rollout;
}

/** An hour of evidence of a plan, gathered since that time: it shows that the plan is not inferior. */
function hourOf(plan: string, sinceSec: number): Entry {
  const rules = { periodSec: 3600, clipBps: 16, deltaBpsPerDay: 2 };
  const after = (hours: number) => {
    const all = Array.from({ length: hours }, () => 10);
    const test = (name: EvidenceTest) => all.reduce((before, bps) => addHour(before, name, bps, rules), NEW_E_PROCESS);
    const tests = { harm: test('harm'), non_inferior: test('non_inferior'), superior: test('superior') };
    return { tests, sums: all.reduce(addToSums, NO_SUMS) };
  };
  const fields = evidenceFields({
    kind: 'hour', plan, policy: '', sinceSec, startSec: NOW - 3600, closedSec: NOW, harmSec: sinceSec, rules,
    advantagesBps: [10], advantageBps: 10, before: after(29), after: after(30),
  }); // prettier-ignore
  return { id: `${NOW}000-0`, fields };
}

describe('a rollout', () => {
  it('shows evidence of the running plan, and since it was reset, alone', () => {
    const state = stateOf({ evidenceSec: NOW - 7200 });
    const unshown = 'the evidence has not shown non_inferior yet';
    const own = viewOf({ state }, [hourOf(HASH, NOW - 7200)]);
    expect([own.advantage?.meanBps, own.next?.blockers.includes(unshown)]).toEqual([10, false]);
    for (const old of [hourOf('fedcba987654', NOW - 7200), hourOf(HASH, NOW - 7201)]) {
      const view = viewOf({ state }, [old]);
      expect([view.advantage, view.next?.blockers.includes(unshown)]).toEqual([null, true]);
    }
  });

  it('says its stage, and what the next one waits for', () => {
    const view = viewOf();
    expect(view).toMatchObject({
      state: 'baking', planName: 'majors', stage: 1, stages: 2, stageName: 'pilot', blend: 0.1, stageBlend: 0.2,
      bakedSec: 600, minBakeSec: 3600, bakedPeriods: 2, minPeriods: 10, excluded: ['BBB'],
      plans: [{ hash: HASH, name: 'majors', proposer: 'ana', stages: [{ approvedBy: [] }, { approvedBy: ['ben'] }] }],
    }); // prettier-ignore
    expect(view.next).toEqual({
      name: 'full', blend: 1, approvalsNeeded: 2, approvedBy: ['ben'], isApproved: false, earliestSec: NOW - 2 + 3000,
      blockers: ['the blend is 0.1 on its way to 0.2', 'it has to bake for 1 h', 'it has to close 10 periods', 'the evidence has not shown non_inferior yet', 'it needs 2 approvals'],
    }); // prettier-ignore
    expect(view.guards).toMatchObject([{ guard: 'slew', verdict: 'BREACH', isBreached: true, value: null }]);
    expect(view.problems).toEqual(['Breached: slew. `quantumctl rollout audit` says why.']);
  });

  it('shows no number with which a guard passed beside a breach that came after', () => {
    const found = { guard: 'slew', verdict: 'PASS', value: 0.01, limit: 0.2, n: 5, asOfSec: NOW - 86_400, demand: 'none' };
    const memory = { errors: 0, answeredSec: NOW, isBreached: true, breachedSec: NOW };
    expect(guardRows({ slew: memory }, [found])).toMatchObject([{ verdict: 'BREACH', value: null, limit: null, asOfSec: null }]);
    const breach = { ...found, verdict: 'BREACH', value: 0.3 };
    expect(guardRows({ slew: memory }, [breach])).toMatchObject([{ verdict: 'BREACH', value: 0.3 }]);
    expect(guardRows({ slew: { ...memory, isBreached: false } }, [found])).toMatchObject([{ verdict: 'PASS', value: 0.01, unit: 'ratio or bps of cost' }]);
  }); // prettier-ignore

  it.each([
    ['ana,ben', ['ben']],
    ['ana,cat', []],
    ['', []],
    [null, ['ben']], // a rollout of an earlier release does not write it
  ])('shows the approvals of users that it lists: %j', (users, approvedBy) => {
    expect(viewOf({ users })).toMatchObject({ next: { approvedBy }, plans: [{ stages: [{}, { approvedBy }] }] });
  });

  it.each([
    [{ epoch: '8' }, /The epoch is 8, and the rollout runs under 7/],
    [{ cycle: String(NOW - 61) }, /The last cycle was .* UTC: target-rollout does not run/],
    [{ state: '{}' }, /The state of the rollout cannot be read/],
    [{ state: undefined }, /The state of the rollout cannot be read/],
    [{ desk: '{}' }, /Its desk .* cannot be read/],
    [{ memories: 'x' }, /What its guards remember cannot be read/],
    [{ state: stateOf({ name: 'killed' }) }, /It was killed/],
  ])('calls for a person with %j', (changes, words) => {
    expect(viewOf(changes).problems.join('\n')).toMatch(words);
  });

  it('names the plans whose texts are to be read, once', () => {
    const reading = { epoch: '7', state: null, desk, memories: null, cycle: null, plans: new Map<string, string>() };
    const first = foldCycle(newModel(SERVICES), { nowSec: NOW, rollout: reading });
    expect(rolloutPlansToRead(first)).toEqual([HASH]);
    const plans = new Map([[HASH, PLAN ? planText(PLAN) : '']]);
    expect(rolloutPlansToRead(foldCycle(first, { nowSec: NOW, rollout: { ...reading, plans } }))).toEqual([]);
  });

  it('is off, and needs no one, where Redis has none', () => {
    const none = { epoch: null, state: null, desk: null, memories: null, cycle: null };
    expect(viewOf(none)).toMatchObject({ state: 'off', stage: 0, next: null, problems: [] });
  });
});
