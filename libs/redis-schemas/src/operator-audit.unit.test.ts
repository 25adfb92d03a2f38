import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OPERATOR_ACTIONS, operatorAuditEntry, parseOperatorAudit } from './operator-audit.js';

it('reads what it writes, and takes any entry', () => {
  const audit = fc.record({
    tsEpochSec: fc.integer({ min: 0, max: 2 ** 40 }),
    action: fc.constantFrom(...OPERATOR_ACTIONS),
    reason: fc.string(),
    before: fc.string(),
    after: fc.string(),
  });
  fc.assert(fc.property(audit, (one) => { expect(parseOperatorAudit(operatorAuditEntry(one))).toEqual(one); })); // prettier-ignore
  fc.assert(fc.property(fc.array(fc.string()), (flat) => { parseOperatorAudit(flat); })); // prettier-ignore
  expect(parseOperatorAudit(['ts_epoch', '1'])).toBeUndefined();
  expect(parseOperatorAudit(['ts_epoch', 'x', 'action', 'kill on'])).toBeUndefined();
});
