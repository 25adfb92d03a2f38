import { describe, expect, it } from '@jest/globals';
import type { DecisionRecord } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { recordWith } from '@quantum/test-fixtures';
import { decided } from './decided.test-support.js';
import { permitJson, recordJson } from './record-json.js';

describe('the JSON of a record', () => {
  const permit = decided().permit!;

  it('has the digits of the quantity that was asked for, in its permit and in the permit by itself', () => {
    const quantity = fc.stringMatching(/^(0|[1-9]\d{0,25})(\.\d{1,25})?$/);
    fc.assert(
      fc.property(quantity, fc.string(), (text, symbol) => {
        const qty = Number(text);
        const whole = {
          ...recordWith({ qty, qty_text: text }),
          symbol,
          permit: { ...permit, symbol, computed_qty: qty },
        };
        const json = permitJson(whole.permit, whole.inputs);
        expect(json).toContain(`"computed_qty":${text},"computed_notional"`);
        expect(JSON.parse(json)).toEqual(whole.permit);
        expect(recordJson(whole)).toContain(json);
        expect(JSON.parse(recordJson(whole))).toEqual(whole);
      }),
    );
  });

  it('is plain JSON where a double has all the digits, in any order of its fields, without those that are undefined', () => {
    const whole = { ...decided(), block: undefined } as unknown as DecisionRecord;
    expect(recordJson(whole)).toBe(JSON.stringify(whole));
    expect(recordJson(whole, ['permit', 'block', 'v'])).toBe(JSON.stringify({ permit: whole.permit, v: 1 }));
  });
});
