import { expect, it } from '@jest/globals';
import { INPUTS } from '@quantum/test-fixtures';
import { recordOf, type RecordHead } from './record.js';

const HEAD = { v: 2 as const, plan_id: 'p1', symbol: 'S', entry_id: '1-0', decided_at: 2, inputs: INPUTS };
const record = (head: RecordHead) =>
  recordOf(head, {
    outcome: { refusal: undefined, wouldBlock: [], verdicts: [] },
    annotations: [],
    applyMode: 'testnet',
  });

it('recordOf names the limits that decided, where they have a name', () => {
  expect(record({ ...HEAD, limits: 'eeeeeeeeeeee' }).limits).toBe('eeeeeeeeeeee');
  expect(record({ ...HEAD, limits: undefined })).not.toHaveProperty('limits');
});
