import { describe, expect, it } from '@jest/globals';
import { initialState, planText } from '@quantum/rollout-plan';
import fc from 'fast-check';
import { approve, examplePlan, HASH, NOW, Office, PLAN, TEXT } from './example.test-support.js';
import { approvalOf, approvalsOf, encodeUsers, parseUsers } from './index.js';

const [, half, full] = PLAN.stages as [(typeof PLAN.stages)[0], (typeof PLAN.stages)[0], (typeof PLAN.stages)[0]];

describe('approvals', () => {
  const approvedAt = (office: Office, stage = full) =>
    approvalOf(office.desk, HASH, stage, { nowSec: NOW + 1e6, users: office.users });

  it('of a stage that needs two come from two users, and count from the second on', () => {
    const office = Office.submitted();
    office.take('ben', approve('full'));
    office.take('ben', approve('full'));
    expect(approvedAt(office)).toEqual({ isApproved: false, approvedSec: undefined });
    office.nowSec += 60;
    office.take('cat', approve('full'));
    expect(approvedAt(office)).toEqual({ isApproved: true, approvedSec: NOW });
    expect(office.desk.approvals[1]).toEqual({ plan: HASH, stage: 'full', user: 'cat', atSec: NOW + 60, evidence: '0-0' }); // prettier-ignore
  });

  it('are renewed only by all that are needed', () => {
    const office = Office.submitted();
    for (const user of ['ben', 'cat']) office.take(user, approve('full'));
    office.nowSec += 86_400;
    office.take('ben', approve('full'));
    expect(approvedAt(office).approvedSec).toBe(NOW);
    office.take('dan', approve('full'));
    expect(approvedAt(office).approvedSec).toBe(NOW + 86_400);
  });

  it('hold for one stage of one plan', () => {
    const office = Office.submitted();
    office.take('ben', approve('half'));
    expect([approvedAt(office, half).isApproved, approvedAt(office).isApproved]).toEqual([true, false]);
    expect(approvalOf(office.desk, 'ffffffffffff', half, { nowSec: NOW, users: undefined }).isApproved).toBe(false);
  });

  it('are taken back by their user, for a stage or for all, in any state', () => {
    const office = Object.assign(Office.submitted(), { state: { ...initialState(7), name: 'baking', plan: HASH } });
    for (const stage of ['half', 'full']) for (const user of ['ben', 'cat']) office.take(user, approve(stage));
    office.take('ben', { command: 'revoke', plan: HASH, stage: 'half' });
    expect([approvedAt(office, half).isApproved, approvedAt(office).isApproved]).toEqual([true, true]);
    office.take('cat', { command: 'revoke', plan: HASH });
    expect(office.desk.approvals).toMatchObject([{ user: 'ben', stage: 'full' }]);
  });

  it('need as many listed users as the stage says, none the proposer, whatever the order of commands', () => {
    const user = fc.constantFrom('ana', 'ben', 'cat');
    const given = fc.record({ user, name: fc.constantFrom('approve', 'approve', 'revoke', 'submit'), stage: fc.constantFrom('half', 'full') }); // prettier-ignore
    fc.assert(
      fc.property(user, fc.array(given, { maxLength: 20 }), fc.subarray(['ana', 'ben', 'cat']), (proposer, commands, users) => {
        const office = Object.assign(new Office(), { users });
        office.take(proposer, { command: 'submit', plan_json: TEXT });
        const valid = { half: new Set<string>(), full: new Set<string>() };
        for (const { user: by, name, stage } of commands) {
          office.take(by, { ...approve(stage), command: name, plan_json: TEXT });
          if (name === 'approve' && by !== proposer) valid[stage].add(by);
          if (name === 'revoke') valid[stage].delete(by);
        }
        expect(office.desk.plans).toMatchObject([{ proposer }]);
        const countOf = (by: Set<string>) => users.filter((one) => by.has(one)).length;
        expect(approvedAt(office, half).isApproved).toBe(countOf(valid.half) >= 1);
        expect(approvedAt(office, full).isApproved).toBe(countOf(valid.full) >= 2);
      }),
    );
  }); // prettier-ignore

  it('of one plan are apart from those of another, which has a proposer of its own', () => {
    const office = Office.submitted();
    const other = examplePlan('other');
    const { storePlan } = office.take('ben', { command: 'submit', plan_json: planText(other) });
    const hash = storePlan!.hash;
    const given = () => office.desk.approvals.map(({ plan, user }) => `${user} ${plan === HASH ? 'majors' : 'other'}`);
    expect(office.take('ben', approve('half', hash)).refusal).toBe('own_plan');
    expect(office.take('ana', approve('half')).refusal).toBe('own_plan');
    for (const [user, plan] of [['ben', HASH], ['ana', hash], ['cat', HASH], ['cat', hash]] as const) {
      expect(office.take(user, approve('half', plan)).refusal).toBeUndefined();
    }
    expect(given()).toEqual(['ben majors', 'ana other', 'cat majors', 'cat other']);
    for (let i = 0; i < 31; i += 1) office.take('ana', { command: 'submit', plan_json: planText(examplePlan(`p${i}`)) });
    expect(given()).toEqual(['ana other', 'cat other']);
    office.take('cat', { command: 'revoke', plan: HASH });
    office.take('cat', { command: 'revoke', plan: hash });
    expect(given()).toEqual(['ana other']);
  }); // prettier-ignore

  it('are taken back for one plan alone', () => {
    const office = Office.submitted();
    const { storePlan } = office.take('ben', { command: 'submit', plan_json: planText(examplePlan('other')) });
    for (const plan of [HASH, storePlan!.hash]) office.take('cat', approve('half', plan));
    office.take('cat', { command: 'revoke', plan: HASH });
    expect(office.desk.approvals).toMatchObject([{ plan: storePlan!.hash }]);
  });

  it('are never from later than they were read: they would expire later', () => {
    const office = Office.submitted();
    office.take('ben', approve('half'), { id: `${(NOW + 600) * 1000}-0` });
    expect(office.desk.approvals).toMatchObject([{ atSec: NOW }]);
    office.take('cat', approve('half'), { id: `${(NOW - 600) * 1000}-0` });
    expect(office.desk.approvals[1]).toMatchObject({ atSec: NOW - 600 });
  });

  it('count while their users are listed', () => {
    const office = Office.submitted();
    for (const user of ['ben', 'cat']) office.take(user, approve('full'));
    const isApproved = (users: readonly string[] | undefined) =>
      approvalOf(office.desk, HASH, full, { nowSec: NOW, users }).isApproved;
    expect([['ben', 'cat'], undefined].map(isApproved)).toEqual([true, true]);
    expect([['ana', 'ben', 'dan'], ['cat'], []].map(isApproved)).toEqual([false, false, false]);
    expect(approvalsOf(office.desk, HASH, 'full', ['ana', 'cat']).map(({ user }) => user)).toEqual(['cat']);
  });

  it.each([[[]], [['ana']], [['ana', 'ben']]])('know the list %j from its text', (users) => {
    expect(parseUsers(encodeUsers(users))).toEqual(users);
    expect([parseUsers(null), parseUsers(undefined)]).toEqual([undefined, undefined]);
  });

  it('of the proposer do not count, even if a desk has one', () => {
    const office = Office.submitted();
    const forged = { plan: HASH, stage: 'half', user: 'ana', atSec: NOW, evidence: '0-0' };
    expect(
      approvalOf({ ...office.desk, approvals: [forged] }, HASH, half, { nowSec: NOW, users: undefined }).isApproved,
    ).toBe(false);
  });
});
