import { describe, expect, it } from '@jest/globals';
import { recordJson } from '@quantum/decisions';
import type { DecisionRecord } from '@quantum/redis-schemas';
import fc from 'fast-check';
import { otherText } from './record-text.js';
import { decided } from './records.test-support.js';

const records = fc.constantFrom(
  decided(),
  decided({ kill_score: 0.9 }),
  decided({ qty: 1.0000000000000002, qty_text: '1.00000000000000019' }),
  { ...decided(), error: 'x' },
);
const names = fc.shuffledSubarray(Object.keys({ ...decided(), block: 0, error: 0 }) as (keyof DecisionRecord)[], {
  minLength: 11,
});

describe('the text of a record that is decided again', () => {
  it('is the recorded one, or the other in the order of its fields', () => {
    fc.assert(
      fc.property(records, records, names, fc.nat(2000), (one, again, order, at) => {
        const json = recordJson(one, order);
        const recorded = JSON.parse(json) as DecisionRecord;
        const all = [...Object.keys(recorded), ...Object.keys(again)] as (keyof DecisionRecord)[];
        const expected = recordJson(again, [...new Set(all)]);
        expect(otherText(json, recorded, again)).toBe(expected === json ? undefined : expected);
        const changed = `${json.slice(0, at)} ${json.slice(at)}`;
        expect(otherText(changed, recorded, again)).toBe(expected);
      }),
    );
    expect(otherText(JSON.stringify(decided()), decided(), decided())).toBe(undefined);
  });
});
