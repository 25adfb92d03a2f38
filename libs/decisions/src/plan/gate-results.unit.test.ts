import { describe, expect, it } from '@jest/globals';
import { gateResult } from './gate-results.js';

describe('gateResult', () => {
  const all = (['enforce', 'shadow', 'off'] as const).flatMap((mode) =>
    [true, false].flatMap((refused) =>
      (['disarmed', 'price_band'] as const).map((gate) => ({ gate, mode, refused }) as const),
    ),
  );

  it('is the verdict of the gate, whatever was asked before', () => {
    for (const { gate, mode, refused } of [...all, ...all])
      expect(gateResult(gate, mode, refused)).toEqual({ gate, mode, refused });
  });

  it('is one object for each verdict, which cannot be changed', () => {
    const results = all.map(({ gate, mode, refused }) => gateResult(gate, mode, refused));
    expect(new Set(results).size).toBe(all.length);
    all.forEach(({ gate, mode, refused }, i) => {
      expect(gateResult(gate, mode, refused)).toBe(results[i]);
      expect(Object.isFrozen(results[i])).toBe(true);
    });
  });
});
