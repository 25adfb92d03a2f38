import { expect, it } from '@jest/globals';
import { DecisionRecordSchema } from '@quantum/redis-schemas';
import { candidate, NOW_SEC, POLICY } from './candidates.test-support.js';
import { foreignRecord } from './other-records.js';

it.each([
  ['counts the notional of a plan that another governor permitted', {}, 20],
  ['says so where that notional is unknown', { price: '' }, null],
])('foreignRecord %s', (_what, fields, notional_usd) => {
  const record = foreignRecord(candidate({}, false, fields), NOW_SEC, POLICY);
  expect(DecisionRecordSchema.parse(record)).toEqual({
    v: 1,
    plan_id: 'p1',
    symbol: 'X',
    entry_id: '1000250-0',
    decided_at: NOW_SEC,
    outcome: 'foreign',
    reason: '',
    limits: POLICY.limitsHash,
    gates: [],
    inputs: { closing: false, notional_usd },
  });
});
