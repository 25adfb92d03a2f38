import { describe, expect, it } from '@jest/globals';
import { MULTIPLIER_FIELDS, parseEpoch, parseMultiplier } from '@quantum/redis-schemas';
import { effectiveMultiplier, effectiveTargetUsd, targetFields } from './index.js';

describe('the example of the README', () => {
  it('holds', () => {
    const hash: Record<string, string> = {
      multiplier: '0.925', direction: 'down_only', epoch: '1763386800000', expires_at: '1763386830',
    }; // prettier-ignore

    const fields = MULTIPLIER_FIELDS.map((name) => hash[name] ?? null);
    const published = { readable: true, value: parseMultiplier(fields) } as const;
    const epoch = { readable: true, value: parseEpoch('1763386800000') } as const;

    const effective = effectiveMultiplier({ published, epoch }, 1763386815);
    expect(effective).toEqual({ multiplier: 0.925, why: 'ok' });
    expect(effectiveTargetUsd(2000, effective)).toBe(1850);
    expect(targetFields(2000, effective)).toEqual({ target_usd: '1850', base_target_usd: '2000' }); // of a P2.9 that follows

    const late = effectiveMultiplier({ published, epoch }, 1763386830);
    expect(late).toEqual({ multiplier: 1, why: 'expired' });
  });
});
