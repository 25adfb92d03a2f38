import { describe, expect, it } from '@jest/globals';
import { HASH, Office, TEXT } from './example.test-support.js';
import { applyCommand, approvalOf, EMPTY_DESK, parseCommand, type RolloutCommand } from './index.js';

const { context } = Office.submitted();

describe('the example of the README', () => {
  it('holds', () => {
    const read = (user: string, id: string, fields: string[]) => parseCommand(user, id, fields) as RolloutCommand;
    const submit = read('ana', '1763386800000-0', ['command', 'submit', 'plan_json', TEXT]);
    const { desk, storePlan } = applyCommand(EMPTY_DESK, submit, context);
    expect(storePlan?.hash).toBe(HASH);

    const fields = ['command', 'approve', 'plan', HASH, 'stage', 'half', 'evidence', '0-0'];
    expect(applyCommand(desk, read('ana', '1763386801000-0', fields), context).refusal).toBe('own_plan');
    const approved = applyCommand(desk, read('ben', '1763386800000-0', fields), context).desk;
    expect(approvalOf(approved, HASH, { name: 'half', approvals: 1 }, context)).toEqual({
      isApproved: true,
      approvedSec: 1763386800,
    });
  });
});
