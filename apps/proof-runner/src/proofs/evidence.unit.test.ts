import { describe, expect, it } from '@jest/globals';
import { replayDecision, recordJson } from '@quantum/decisions';
import { INPUTS, recordWith, SOME_POLICY } from '@quantum/test-fixtures';
import { permitOf } from './evidence.js';
import { NotSeen } from './not-seen.js';

function granted(v: 1 | 2) {
  const again = replayDecision(recordWith(INPUTS, { v, limits: '0123456789ab' }), SOME_POLICY.governor);
  if (again.kind !== 'decided' || !again.record.permit) throw new Error('not permitted');
  return { record: recordJson(again.record), permit: again.record.permit };
}

describe.each([1, 2] as const)('the permit of a record of version %s', (v) => {
  const { record, permit } = granted(v);

  it('is whole in the record if the permit may be consumed', () => {
    expect(permitOf({ record, ttlMs: 1, ms: 1 }, true)).toEqual(JSON.parse(JSON.stringify(permit)));
  });

  it('is not seen if nothing consumes permits', () => {
    expect(() => permitOf({ record, ttlMs: 1, ms: 1 }, false)).toThrow(NotSeen);
  });
});

it('is not seen in what is no record', () => {
  expect(() => permitOf({ record: '{"outcome":"permit"}', ttlMs: 1, ms: 1 }, true)).toThrow(NotSeen);
});
