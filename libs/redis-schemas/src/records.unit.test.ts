import { describe, expect, it } from '@jest/globals';
import { finite, magnitude, qty, score } from '@quantum/generators';
import fc from 'fast-check';
import * as s from './index.js';
import type { DecisionRecord, Permit } from './index.js';

const permit: Permit = {
  granted: true,
  symbol: 'BTCUSDT',
  decision: 'EXECUTE',
  computed_qty: 2,
  computed_notional: 101,
  created_at: 1700000000.125,
  consumed: false,
  eff_score: '0.2000',
  eff_confidence: '0.800',
  eff_stale: '0',
  eff_factor: '0.4444',
  downsize_factor: '0.4444',
  eff_action: 'DOWNSIZE',
  eff_reason: 'ok',
  extra_cooldown_sec: '96',
  would_block: [],
  mode: 'testnet',
};
const record: DecisionRecord = {
  v: 1,
  plan_id: 'p-1',
  symbol: 'BTCUSDT',
  entry_id: '1700000000000-0',
  decided_at: 1700000000.125,
  outcome: 'permit',
  reason: '',
  gates: [{ gate: 'plan_age', mode: 'shadow', refused: true }],
  inputs: { eff_score: 0.2, eff_ts: '1700000000', price: null, closing: false },
  permit,
};

describe('a permit', () => {
  it('starts with the original fields, in their order', () => {
    expect(Object.keys(s.PermitSchema.shape).slice(0, Object.keys(permit).length)).toEqual(Object.keys(permit));
    expect(s.PermitSchema.parse(permit)).toEqual(permit);
    expect(s.PERMIT_TTL_SEC).toBe(60);
  });

  it.each(Object.keys(permit))('always has %s', (name) => {
    expect(s.PermitSchema.safeParse({ ...permit, [name]: undefined }).success).toBe(false);
  });

  it('names the parameters of its hint, unless an earlier version wrote it', () => {
    for (const policy of ['4bd977d42c9c', '']) {
      expect(s.PermitSchema.parse({ ...permit, policy })).toEqual({ ...permit, policy });
    }
    for (const policy of ['4BD977D42C9C', '4bd977d42c9', '4bd977d42c9c0', null, 4]) {
      expect(s.PermitSchema.safeParse({ ...permit, policy }).success).toBe(false);
    }
  });

  it.each<[string, object]>([
    ['unreadable efficiency', { eff_score: '', eff_confidence: '', eff_action: 'NONE', eff_reason: 'redis_error' }],
    ['shadow refusals', { would_block: ['kill_score', 'allocation_cap'] }],
    ['unknown size', { computed_qty: 0, computed_notional: 0 }],
  ])('can hold %s', (_name, given) => {
    expect(s.PermitSchema.safeParse({ ...permit, ...given }).success).toBe(true);
  });

  it.each<object>([
    { granted: false },
    { decision: 'SKIP' },
    { consumed: true },
    { computed_qty: -1 },
    { computed_qty: '2' },
    { computed_notional: Infinity },
    { computed_notional: null },
    { created_at: NaN },
    { eff_score: '0.2' },
    { eff_score: 0.2 },
    { eff_confidence: '0.8000' },
    { eff_stale: 0 },
    { eff_factor: '0.44' },
    { eff_action: 'BLOCK' },
    { eff_reason: 'Not a code' },
    { extra_cooldown_sec: '1.5' },
    { extra_cooldown_sec: 96 },
    { would_block: ['Max spread'] },
    { would_block: '' },
    { mode: 'live' },
    { surprise: 1 },
  ])('cannot hold %j', (given) => {
    expect(s.PermitSchema.safeParse({ ...permit, ...given }).success).toBe(false);
  });
});

describe('a block', () => {
  const block = { reason: 'hourly_rate', timestamp: 1700000000.5, symbol: 'BTCUSDT' };
  it('has a bare reason, and the numbers that decided in further fields', () => {
    expect(s.BlockSchema.parse({ ...block, exec_count: 3, unreadable: true })).toMatchObject({ exec_count: 3 });
    expect(s.BLOCK_TTL_SEC).toBe(3600);
  });
  it.each<object>([{ reason: 'hourly_rate 3/3' }, { reason: '' }, { timestamp: '1' }, { unreadable: false }])(
    'cannot hold %j',
    (given) => {
      expect(s.BlockSchema.safeParse({ ...block, ...given }).success).toBe(false);
    },
  );
});

describe('a decision record', () => {
  it('survives JSON with every number at full precision', () => {
    const scalar = fc.oneof(finite, score, fc.string({ unit: 'grapheme' }), fc.boolean(), fc.constant(null));
    const inputs = fc.dictionary(fc.stringMatching(/^[a-z][a-z_]{0,9}$/), scalar, { noNullPrototype: true });
    fc.assert(
      fc.property(inputs, finite, fc.oneof(qty, magnitude), (given, decidedAt, qty) => {
        const whole = { ...record, inputs: given, decided_at: decidedAt, permit: { ...permit, computed_qty: qty } };
        expect(s.DecisionRecordSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
      }),
    );
  });

  it('names the limits of its gates, where it is not of an earlier version', () => {
    expect(s.DecisionRecordSchema.parse(record)).toEqual(record);
    const named = { ...record, limits: '4bd977d42c9c' };
    for (const schema of [s.DecisionRecordSchema, s.ExistingRecordSchema]) expect(schema.parse(named)).toEqual(named);
  });

  it.each<object>([
    { v: 3 },
    { limits: '4BD977D42C9C' },
    { limits: '4bd977d42c9c0' },
    { limits: '' },
    { outcome: 'maybe' },
    { reason: 'plan_age!' },
    { inputs: { price: Infinity } },
    { inputs: { price: NaN } },
    { inputs: { price: [] } },
    { permit: { granted: true } },
    { surprise: 1 },
  ])('cannot hold %j', (given) => {
    expect(s.DecisionRecordSchema.safeParse({ ...record, ...given }).success).toBe(false);
  });

  it('of a later version can be read with unknown fields', () => {
    const later = { ...record, surprise: 1, permit: { ...permit, another: 'x' } };
    expect(s.ExistingRecordSchema.parse(later)).toEqual(later);
    expect(s.ExistingRecordSchema.safeParse({ ...later, v: 3 }).success).toBe(false);
  });

  it('of a later version can be read with unknown codes', () => {
    const gates = [{ gate: 'max_spread', mode: 'warn', refused: true }];
    const refused = { ...record, permit: undefined, outcome: 'refused', reason: 'max_spread', gates, block: { reason: 'max_spread', timestamp: 1, symbol: 'X' } }; // prettier-ignore
    expect(s.ExistingRecordSchema.parse(refused)).toEqual(refused);
    const granted = { ...record, gates, permit: { ...permit, eff_reason: 'later', would_block: ['max_spread'] } };
    expect(s.ExistingRecordSchema.parse(granted)).toEqual(granted);
    expect(s.ExistingRecordSchema.safeParse({ ...record, permit: { granted: true } }).success).toBe(false);
  });
});

describe('the words of the wire contract', () => {
  it('are those of the contract, in its order', () => {
    expect(s.GATE_MODES).toEqual(['enforce', 'shadow', 'off']);
    expect(s.HINT_ACTIONS).toEqual(['NONE', 'DOWNSIZE']);
    expect(s.CLOSING_ACTIONS).toEqual(['FULL_CLOSE_PROPOSED', 'PARTIAL_75', 'PARTIAL_50', 'PARTIAL_25']);
    expect(s.APPLY_MODES).toEqual(['dry_run', 'testnet', 'production']);
    expect(Object.keys(s.GOVERNOR_EVENTS)).toEqual(['PLAN_REFUSED', 'AUTO_DISARM', 'DEAD_LETTER', 'PLANS_LOST']);
    expect(s.SKIPPED_DECISIONS).toEqual(['SKIP', 'BLOCKED', 'ERROR', 'HALT', 'RECONCILE_CLOSE', 'other']);
  });
});
