import { describe, expect, it } from '@jest/globals';
import { candidate, UNREADABLE, WINDOWS } from '../candidates.test-support.js';
import { recordWith } from '@quantum/test-fixtures';
import { recordJson } from '../record-json.js';
import { encodeInputs } from './encode.js';
import type { Inputs } from './schema.js';

/** Inputs as they are read from Redis. */
const inputsOf = (...of: Parameters<typeof candidate>): Inputs =>
  (JSON.parse(recordJson(recordWith(encodeInputs(candidate(...of), WINDOWS, [])))) as { inputs: Inputs }).inputs;

describe('the inputs of a record', () => {
  it('have the quantity, and its own digits where a double has not all of them', () => {
    const large = '100000000000000000.1';
    expect(inputsOf({}, false, { qty: large })).toMatchObject({ qty: 1e17, qty_text: large });
    const { qty, qty_text } = inputsOf({}, false, { qty: '2' });
    expect([qty, qty_text]).toEqual([2, undefined]);
    expect(inputsOf({}, false, { qty: '' })).toMatchObject({ qty: null });
  });

  it('name the fields of a plan that are no amount, if there are any', () => {
    expect(inputsOf({}, false, { notional_usd: 'x' })).toMatchObject({ unreadable_fields: 'notional_usd' });
    expect(inputsOf()).not.toHaveProperty('unreadable_fields');
  });

  it('have null for a number that a key lacks, and no number of a key that could not be read', () => {
    const names = ['budget_ts', 'allocation_ts', 'allocation_target_usd', 'position_ts', 'mark_price_usd'];
    expect(inputsOf()).toMatchObject(Object.fromEntries(names.map((name) => [name, null])));
    const unreadable = inputsOf({ budget: UNREADABLE, allocation: UNREADABLE, position: UNREADABLE });
    expect(unreadable).toMatchObject({ budget: 'unreadable', allocation: 'unreadable', position: 'unreadable' });
    for (const name of names) expect(unreadable).not.toHaveProperty(name);
  });

  it('end an action at a whole character', () => {
    // Two UTF-16 units each.
    const smile = '\u{1F600}';
    const actionOf = (action: string) => {
      const of = candidate();
      return encodeInputs({ ...of, plan: { ...of.plan, action } }, WINDOWS, [])['action'];
    };
    expect(actionOf(smile.repeat(40))).toBe(smile.repeat(32));
    expect(actionOf(`x${smile.repeat(40)}`)).toBe(`x${smile.repeat(31)}`);
  });
});
