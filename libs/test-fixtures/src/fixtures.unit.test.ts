import { describe, expect, it } from '@jest/globals';
import { DecisionRecordSchema, PermitSchema } from '@quantum/redis-schemas';
import { aPermit, aPlan, INPUTS, recordWith, SOME_POLICY, someLimits } from './index.js';

describe('fixtures', () => {
  it('are valid by the contract, with the given fields', () => {
    expect(PermitSchema.parse(aPermit({ symbol: 'BTCUSDT' }))).toEqual(aPermit({ symbol: 'BTCUSDT' }));
    expect(aPlan({ plan_id: 'p7' })).toMatchObject({ planId: 'p7', qty: 2, priceUsd: 10 });
    expect(() => aPlan({ qty: 'much' })).toThrow('invalid_qty');
    const record = recordWith({ ...INPUTS, qty: 3 }, { plan_id: 'p7' });
    expect(DecisionRecordSchema.parse(record)).toMatchObject({ plan_id: 'p7', inputs: { qty: 3 } });
  });

  it('change only the limits that a test gives', () => {
    expect(someLimits({ maxExecPerHour: 9 })).toEqual({ ...SOME_POLICY.governor.limits, maxExecPerHour: 9 });
  });
});
