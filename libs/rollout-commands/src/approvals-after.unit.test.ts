import { describe, expect, it } from '@jest/globals';
import { MOVES, planText } from '@quantum/rollout-plan';
import fc from 'fast-check';
import { approve, examplePlan, HASH, Office, PLAN } from './example.test-support.js';
import { deskAfter, EMPTY_DESK, encodeDesk, parseDesk } from './index.js';

const VOIDING = ['kill', 'rollback', 'restart', 'clear'] as const;
/** A desk with approvals of each stage of two plans. */
const approved = () => {
  const office = Office.submitted();
  const { storePlan } = office.take('ana', { command: 'submit', plan_json: planText(examplePlan('other')) });
  for (const plan of [HASH, storePlan!.hash]) {
    for (const { name } of PLAN.stages) for (const user of ['ben', 'cat']) office.take(user, approve(name, plan));
  }
  return office.desk;
};
const given = (desk = approved()) => desk.approvals.map(({ plan, stage, user }) => `${plan === HASH ? 'own' : 'other'} ${stage} ${user}`); // prettier-ignore

describe('approvals of the stages above the first', () => {
  it.each(VOIDING)('are void after a %s; those of the first stage and of another plan stay', (move) => {
    const kept = given().filter((one) => one.startsWith('other') || one.includes(' pilot '));
    expect(given(deskAfter(approved(), move, HASH, PLAN))).toEqual(kept);
  });

  it.each([undefined, ...MOVES.filter((move) => !VOIDING.some((one) => one === move))])('stay after %s', (move) => {
    const desk = approved();
    expect(deskAfter(desk, move, HASH, PLAN)).toBe(desk);
  });

  it('are void with those of the first stage where the text of the plan cannot be read', () => {
    expect(given(deskAfter(approved(), 'kill', HASH, undefined))).toEqual(given().filter((one) => one.startsWith('other'))); // prettier-ignore
  });

  it('are those given since the evidence began, whatever happened before', () => {
    const approval = fc.record({
      stage: fc.constantFrom('pilot', 'half', 'full'),
      user: fc.constantFrom('ben', 'cat'),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(approval, fc.constantFrom(...MOVES)), { maxLength: 30 }), (happened) => {
        const office = Office.submitted();
        let valid = new Set<string>();
        for (const one of happened) {
          if (typeof one === 'string') {
            office.desk = deskAfter(office.desk, one, HASH, PLAN);
            if (VOIDING.some((move) => move === one))
              valid = new Set([...valid].filter((of) => of.includes(' pilot ')));
          } else {
            office.take(one.user, approve(one.stage));
            valid.add(`own ${one.stage} ${one.user}`);
          }
        }
        expect(new Set(given(office.desk))).toEqual(valid);
        expect(parseDesk(encodeDesk(office.desk))).toEqual(office.desk);
      }),
    );
    expect(deskAfter(EMPTY_DESK, 'rollback', '', undefined)).toEqual(EMPTY_DESK);
  });
});
