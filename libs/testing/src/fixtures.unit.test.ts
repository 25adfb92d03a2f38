import { describe, expect, it } from '@jest/globals';
import { PermitSchema } from '@quantum/redis-schemas';
import { aPermit, aPlan } from './index.js';

describe('fixtures', () => {
  it('are valid by the contract, with the given fields', () => {
    expect(PermitSchema.parse(aPermit({ symbol: 'BTCUSDT' }))).toEqual(aPermit({ symbol: 'BTCUSDT' }));
    expect(aPlan({ plan_id: 'p7' })).toMatchObject({ planId: 'p7', qty: 2, priceUsd: 10 });
    expect(() => aPlan({ qty: 'much' })).toThrow('invalid_qty');
  });
});
