import { describe, expect, it } from '@jest/globals';
import { EMPTY_DESK, encodeDesk } from '@quantum/rollout-commands';
import { GUARD_NAMES } from '@quantum/rollout-guards';
import { encodeRolloutState, initialState, parsePlan, planText, type RolloutState } from '@quantum/rollout-plan';
import { NOW, SERVICES } from '../readings.test-support.js';
import type { RolloutReading } from '../readings.js';
import type { RolloutView } from '../snapshot/rollout.js';
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

function viewOf(changes: Partial<RolloutReading> = {}): RolloutView {
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
  const first = foldCycle(newModel(SERVICES), { nowSec: NOW, rollout: reading });
  const plans = new Map([[HASH, PLAN ? planText(PLAN) : '']]);
  const { rollout } = foldCycle(first, { nowSec: NOW, rollout: { ...reading, plans } }).snapshot;
  if (!rollout) throw new Error('it was read');
  return rollout;
}

describe('a rollout', () => {
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
