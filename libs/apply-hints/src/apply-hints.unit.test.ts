import { describe, expect, it } from '@jest/globals';
import { magnitude, score, usd } from '@quantum/generators';
import fc from 'fast-check';
import { applyHint, readPermit, type PermitHint, type PermitReading } from './index.js';

const OLD = {
  granted: true,
  symbol: 'BTCUSDT',
  decision: 'EXECUTE',
  computed_qty: 0.01,
  computed_notional: 950.2,
  created_at: 1763386800.123,
  consumed: false,
};
const HINTED = { ...OLD, eff_action: 'DOWNSIZE', downsize_factor: '0.4444', extra_cooldown_sec: '96' };
const NO_HINT = { action: 'NONE', factor: 1, extraCooldownSec: 0 };
const read = (permit: object): PermitReading => readPermit(JSON.stringify(permit));

describe('readPermit', () => {
  it('reads a hint', () => {
    expect(read(HINTED)).toEqual({
      granted: true,
      shape: 'hinted',
      hint: { action: 'DOWNSIZE', factor: 0.4444, extraCooldownSec: 96 },
      oddFields: [],
    });
  });

  it('reads the hash of the parameters that decided the hint, and leaves an invalid one undefined', () => {
    expect(read({ ...HINTED, policy: '4bd977d42c9c' }).policy).toBe('4bd977d42c9c');
    for (const policy of ['', '4BD977D42C9C', '4bd977d42c9', '4bd977d42c9c0', 123456789012, null, {}]) {
      expect(read({ ...HINTED, policy })).toEqual(read(HINTED));
    }
    expect(read({ ...OLD, policy: '4bd977d42c9c' })).toEqual(read(OLD));
  });

  it('reads the original permit', () => {
    expect(read(OLD)).toEqual({ granted: true, shape: 'plain', hint: NO_HINT, oddFields: [] });
  });

  it.each([null, '', '{', 'null', '7', '"x"', '[]', '[{"granted":true}]', '{"granted":NaN}', '\u0000'])(
    'reads neither a grant nor a hint from %j',
    (text) => {
      expect(readPermit(text)).toEqual({ granted: false, shape: 'unreadable', hint: NO_HINT, oddFields: [] });
    },
  );

  it.each([[false], ['true'], [1], [null], [undefined]])('reads granted: %j as no grant', (granted) => {
    expect(read({ ...HINTED, granted })).toMatchObject({ granted: false, shape: 'hinted' });
  });

  it.each(['', 'NaN', '0x10', '0', '-0', '-0.5', '0.00009', '1.0001', '1e3', '1e999', 0.5, null, true, ['0.5'], {}])(
    'ignores the factor %j, and keeps the cooldown',
    (factor) => {
      expect(read({ ...HINTED, downsize_factor: factor })).toMatchObject({
        hint: { action: 'DOWNSIZE', factor: 1, extraCooldownSec: 96 },
        oddFields: ['downsize_factor'],
      });
    },
  );

  it.each(['', 'NaN', '0x10', '-1', '0.5', '86401', '1e999', 96, null])(
    'ignores the cooldown %j, and keeps the factor',
    (cooldown) => {
      expect(read({ ...HINTED, extra_cooldown_sec: cooldown })).toMatchObject({
        hint: { action: 'DOWNSIZE', factor: 0.4444, extraCooldownSec: 0 },
        oddFields: ['extra_cooldown_sec'],
      });
    },
  );

  it.each([
    ['0.0001', '0', { action: 'DOWNSIZE', factor: 0.0001, extraCooldownSec: 0 }],
    ['1.0000', '86400', { action: 'DOWNSIZE', factor: 1, extraCooldownSec: 86_400 }],
  ])('reads the ends of the ranges: factor %s, cooldown %s', (downsize_factor, extra_cooldown_sec, hint) => {
    const reading = read({ ...HINTED, downsize_factor, extra_cooldown_sec });
    expect(reading).toMatchObject({ hint, oddFields: [] });
    expect(applyHint(reading.hint, { cap: 1000, cooldownSec: 30 }, { closing: false })).toEqual({
      cap: 1000 * hint.factor,
      cooldownSec: 30 + hint.extraCooldownSec,
    });
  });

  it.each([' 0.5', '5e-1', '+.5', '0.5000\n'])('reads the factor %j by the grammar of all numbers', (factor) => {
    expect(read({ ...HINTED, downsize_factor: factor })).toMatchObject({ hint: { factor: 0.5 }, oddFields: [] });
  });

  it('acts on no action but DOWNSIZE', () => {
    expect(read({ ...HINTED, eff_action: 'NONE' })).toMatchObject({ hint: NO_HINT, oddFields: [] });
    for (const action of ['downsize', 'BLOCK', '', 1, null, undefined]) {
      expect(read({ ...HINTED, eff_action: action })).toMatchObject({ hint: NO_HINT, oddFields: ['eff_action'] });
    }
  });

  it('names all fields that a hinted permit lacks', () => {
    expect(read({ downsize_factor: '0.5' }).oddFields).toEqual(['eff_action', 'extra_cooldown_sec']);
    // Inherited properties do not count as fields.
    expect(readPermit('{"__proto__":{"eff_action":"DOWNSIZE"}}').shape).toBe('plain');
  });
});

describe('applyHint', () => {
  const hint: PermitHint = { action: 'DOWNSIZE', factor: 0.25, extraCooldownSec: 60 };
  const opening = { closing: false };

  it('makes opens smaller and slower, and leaves closes unchanged', () => {
    expect(applyHint(hint, { cap: 1000, cooldownSec: 30 }, opening)).toEqual({ cap: 250, cooldownSec: 90 });
    expect(applyHint(hint, { cap: 1000, cooldownSec: 30 }, { closing: true })).toEqual({ cap: 1000, cooldownSec: 30 });
  });

  it('keeps the least order, and a cap that was below it', () => {
    expect(applyHint(hint, { cap: 30, cooldownSec: 0 }, opening, 10).cap).toBe(10);
    expect(applyHint(hint, { cap: 8, cooldownSec: 0 }, opening, 10).cap).toBe(8);
    expect(applyHint(hint, { cap: Number.MIN_VALUE, cooldownSec: 0 }, opening).cap).toBe(Number.MIN_VALUE);
  });

  it.each([0, -0, Infinity, -5, NaN])('leaves the cap %d unchanged', (cap) => {
    expect(applyHint(hint, { cap, cooldownSec: NaN }, opening)).toEqual({ cap, cooldownSec: NaN });
  });

  it('ignores a hint that no permit can hold', () => {
    for (const bad of [0, -1, 1.5, NaN, Infinity]) {
      const made: PermitHint = { action: 'DOWNSIZE', factor: bad, extraCooldownSec: bad + 0.25 };
      expect(applyHint(made, { cap: 1000, cooldownSec: 30 }, opening)).toEqual({ cap: 1000, cooldownSec: 30 });
    }
  });
});

describe('whatever the permit key holds', () => {
  const value = fc.oneof(
    fc.constantFrom('0.4444', '1.0000', '96', 'DOWNSIZE', 'NONE', '', ' 0.5', '1e3', '0x10', '-0', 'NaN'),
    score.map((x) => x.toFixed(4)),
    fc.double().map(String),
    fc.jsonValue(),
  );
  const permit = fc.oneof(
    fc.record(
      { granted: fc.constant(true), eff_action: value, downsize_factor: value, extra_cooldown_sec: value },
      { requiredKeys: [] },
    ),
    fc.record({ eff_action: fc.constant('DOWNSIZE'), downsize_factor: value, extra_cooldown_sec: value }),
  );
  const text = fc.oneof(
    permit.map((fields) => JSON.stringify(fields)),
    fc.string(),
    fc.json(),
    fc.constant(null),
  );
  const amount = fc.oneof(usd(), magnitude, fc.constant(Infinity));
  const sizing = fc.record({ cap: amount, cooldownSec: amount });

  it('never enlarges, never blocks, never shortens a cooldown, and gives the same result twice', () => {
    fc.assert(
      fc.property(text, sizing, amount, (permitText, before, leastCap) => {
        const once = readPermit(permitText);
        expect(readPermit(permitText)).toEqual(once);
        const after = applyHint(once.hint, before, { closing: false }, leastCap);
        expect(after.cap <= before.cap && after.cap >= Math.min(leastCap, before.cap)).toBe(true);
        expect(after.cap > 0).toBe(before.cap > 0);
        expect(after.cooldownSec >= before.cooldownSec && after.cooldownSec <= before.cooldownSec + 86_400).toBe(true);
        expect(applyHint(once.hint, before, { closing: false }, leastCap)).toEqual(after);
      }),
    );
  });

  it('never changes a close', () => {
    fc.assert(
      fc.property(text, sizing, (permitText, before) => {
        expect(applyHint(readPermit(permitText).hint, before, { closing: true })).toEqual(before);
      }),
    );
  });

  it('changes nothing for a missing or invalid field', () => {
    fc.assert(
      fc.property(permit, sizing, (fields, before) => {
        const { hint, oddFields } = read(fields);
        const after = applyHint(hint, before, { closing: false });
        if (oddFields.includes('downsize_factor')) expect(after.cap).toBe(before.cap);
        if (oddFields.includes('extra_cooldown_sec')) expect(after.cooldownSec).toBe(before.cooldownSec);
        if (oddFields.includes('eff_action')) expect(after).toEqual(before);
      }),
    );
  });
});
