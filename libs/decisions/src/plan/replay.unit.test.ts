import { describe, expect, it } from '@jest/globals';
import { DecisionRecordSchema } from '@quantum/redis-schemas';
import { SOME_POLICY as policy } from '@quantum/test-fixtures';
import { INPUTS, recordWith } from '@quantum/test-fixtures';
import { decided } from './decided.test-support.js';
import { replayDecision, isDecision, limitsOfRecord, policyOfRecord } from './replay.js';

/** P2.9 enforces a target. */
const CAP = { allocation_enforce: true, allocation_ts: 1_699_999_990 };

describe('a plan decided again', () => {
  it('gives the permit with its hint, and a record of the contract', () => {
    const record = decided();
    expect(DecisionRecordSchema.parse(record)).toEqual(record);
    expect(record).toMatchObject({ outcome: 'permit', reason: '', inputs: INPUTS });
    expect(record.permit).toMatchObject({
      computed_notional: 1000, eff_action: 'DOWNSIZE', eff_factor: '0.4444', extra_cooldown_sec: '96',
    }); // prettier-ignore
    expect(Object.keys(record.inputs)).toEqual(Object.keys(INPUTS));
  });

  it.each([
    ['kill_switch', { kill_switch: true }, false],
    ['kill_switch', { kill_switch: 'unreadable' }, true],
    ['disarmed', { disarmed: true }, false],
    ['plan_age', { submitted_at: 1_699_999_900 }, false],
    ['plan_age', { submitted_at: 1_700_000_100, plan_ts: 1_699_999_900 }, false],
    ['plan_age', { submitted_at: 1_700_000_100, plan_ts: null }, false],
    ['kill_score', { kill_score: 'unreadable' }, false],
    ['symbol_cooldown', { last_exec: 1_699_999_990 }, false],
    ['symbol_cooldown', { last_exec: 'unreadable' }, true],
    ['symbol_cooldown', { window: 'unreadable' }, true],
    ['hourly_rate', { exec_count_hour: 3 }, false],
    ['burst_rate', { exec_count_5min: 2 }, false],
    ['daily_notional', { day_notional_usd: 4000.5 }, false],
    ['daily_notional', { day_notional_usd: 'unreadable' }, true],
    ['portfolio_budget', { budget_enforce: true, budget_ts: 1_699_999_990, violation_ts: 1_699_999_980 }, false],
    ['allocation_cap', { ...CAP, allocation_target_usd: 999, in_flight_usd: 0 }, false],
    ['allocation_cap', { ...CAP, allocation_target_usd: 1500, in_flight_usd: 501, side: 'buy' }, false],
  ])('is refused by %s with inputs %j', (gate, changes, isUnreadable) => {
    const record = decided(changes);
    expect(DecisionRecordSchema.parse(record)).toEqual(record);
    expect(record).toMatchObject({ outcome: 'refused', reason: gate, block: { reason: gate, symbol: 'S' } });
    expect(record.block?.unreadable ?? false).toBe(isUnreadable);
    expect(record.inputs).not.toHaveProperty('eff_reason');
  });

  it.each([
    ['redis_error', { eff_score: null, eff_confidence: null, eff_ts: '', eff_reason: 'redis_error' }],
    ['missing_eff', { eff_score: null, eff_confidence: null, eff_ts: '', eff_reason: 'missing_eff' }],
    ['invalid_eff', { eff_score: null, eff_confidence: null, eff_ts: '', eff_reason: 'invalid_eff' }],
    ['stale_eff', { eff_ts: '1699999000', eff_reason: 'stale_eff' }],
    ['low_conf', { eff_confidence: 0.1, eff_reason: 'low_conf' }],
  ])('keeps the reason %s', (reason, changes) => {
    const record = decided(changes);
    expect(record.permit).toMatchObject({ eff_reason: reason, eff_action: 'NONE' });
    expect(record.inputs).toEqual({ ...INPUTS, ...changes });
  });

  it('carries the quantity, what shadow gates would block, and no hint for a close', () => {
    const modes = { ...policy.governor.modes, kill_score: 'shadow' as const };
    const shadow = decided({ kill_score: 0.9 }, { ...policy.governor, modes });
    expect(shadow.permit).toMatchObject({ computed_qty: 2, would_block: ['kill_score'] });
    expect(decided({ qty: null }).permit).toMatchObject({ computed_qty: 0 });
    expect(decided({ closing: true }).permit).toMatchObject({ eff_action: 'NONE', eff_factor: '1.0000' });
  });

  it('keeps its inputs in their order, but for a hint that comes out otherwise', () => {
    const { eff_ts, ...others } = INPUTS;
    const replayed = replayDecision(recordWith({ eff_ts: eff_ts!, ...others }), policy.governor);
    expect(replayed).toMatchObject({ kind: 'decided', record: { inputs: INPUTS } });
    expect(replayed.kind === 'decided' && Object.keys(replayed.record.inputs)[0]).toBe('eff_ts');
    expect(decided({ eff_reason: 'low_conf' }).inputs).toEqual(INPUTS);
  });

  it('passes without a kill score, or is refused where that is the policy', () => {
    expect(decided({ kill_score: null })).toMatchObject({ outcome: 'permit' });
    const limits = { ...policy.governor.limits, refuseMissingKillScore: true };
    const replayed = replayDecision(recordWith({ ...INPUTS, kill_score: null }), { ...policy.governor, limits });
    expect(replayed).toMatchObject({ record: { reason: 'kill_score', block: { kill_score: 'missing' } } });
  });

  it('judges the price by the mark price as old as it was', () => {
    const far = { mark_price_usd: 100, position_ts: 1_699_999_990 };
    expect(decided(far)).toMatchObject({ outcome: 'refused', reason: 'price_band' });
    expect(decided({ ...far, position_ts: 1_699_999_000 })).toMatchObject({ outcome: 'permit' });
  });

  it.each([
    ['nothing in flight was read', {}],
    ['opens of the other side are in flight', { in_flight_usd: -501, side: 'buy' }],
    [
      'it reduces the position',
      { in_flight_usd: 0, side: 'sell', position_amt: 11, mark_price_usd: 100, position_ts: 1_699_999_990 },
    ],
  ])('passes allocation_cap where %s', (_name, changes) => {
    const inputs = { ...CAP, allocation_target_usd: 999, price_usd: null, ...changes };
    expect(decided(inputs)).toMatchObject({ outcome: 'permit' });
  });

  describe('with an effective target on record', () => {
    const effective = {
      ...policy.governor,
      limits: { ...policy.governor.limits, allocationTarget: 'effective' as const },
    };
    const inputs = { ...CAP, allocation_target_usd: 1000, in_flight_usd: 0 };
    const of = (baseUsd: number, multiplier: number, why = 'ok') => ({
      ...inputs, allocation_base_usd: baseUsd, allocation_multiplier: multiplier, allocation_multiplier_why: why,
    }); // prettier-ignore

    it('is held to base times multiplier, and says so', () => {
      expect(decided(of(2000, 0.4), effective)).toMatchObject({
        reason: 'allocation_cap',
        block: { target_usd: 800, base_target_usd: 2000, multiplier: 0.4, notional_usd: 1000 },
      });
      expect(decided(of(2000, 0.5), effective).outcome).toBe('permit');
      expect(decided(of(999, 1, 'expired'), effective).block).toMatchObject({ target_usd: 999, multiplier: 1 });
    });

    it('is held to P2.9’s own target by limits that take that', () => {
      expect(decided(of(2000, 0.4)).outcome).toBe('permit');
      const { block } = decided({ ...of(2000, 1.5), allocation_target_usd: 999 });
      expect(block).toEqual({
        reason: 'allocation_cap', timestamp: 1_700_000_000, symbol: 'S',
        position_usd: 0, in_flight_usd: 0, notional_usd: 1000, target_usd: 999,
      }); // prettier-ignore
    });

    it('is held to P2.9’s own where the record has no effective one', () => {
      expect(decided({ ...inputs, allocation_target_usd: 999 }, effective).block).toMatchObject({ target_usd: 999 });
      const { allocation_multiplier: multiplier, ...others } = of(2000, 0.4);
      expect(multiplier).toBe(0.4);
      expect(decided(others, effective).outcome).toBe('permit');
    });
  });

  it('of an earlier version is decided as it was: by a position of any age, nothing in flight, a missing kill score refused', () => {
    const earlier = (changes: typeof INPUTS) => {
      const { server_time, plan_ts, position_ts, ...inputs } = { ...INPUTS, ...changes };
      expect([server_time, plan_ts, position_ts]).not.toContain(undefined);
      const replayed = replayDecision(recordWith(inputs), policy.governor);
      return replayed.kind === 'decided' ? replayed.record : undefined;
    };
    expect(earlier({ kill_score: null })).toMatchObject({
      reason: 'kill_score',
      block: { kill_score: 'not a number' },
    });
    const cap = { ...CAP, allocation_target_usd: 2000 };
    const refused = earlier({ ...cap, position_amt: -11, mark_price_usd: 100 });
    expect(refused?.reason).toBe('allocation_cap');
    // Sizes without a side, and nothing in flight.
    expect(refused?.block).toEqual({
      reason: 'allocation_cap', timestamp: 1_700_000_000, symbol: 'S',
      position_usd: 1100, notional_usd: 1000, target_usd: 2000,
    }); // prettier-ignore
  });

  it('is unknown where it gets further than it did, to windows that were not read', () => {
    const { exec_count_hour, exec_count_5min, last_exec, day_notional_usd, ...early } = INPUTS;
    expect([exec_count_hour, exec_count_5min, last_exec, day_notional_usd]).toEqual([0, 0, null, 0]);
    const record = recordWith({ ...early, kill_score: 0.9 });
    expect(replayDecision(record, policy.governor)).toMatchObject({
      kind: 'decided',
      record: { reason: 'kill_score' },
    });
    const limits = { ...policy.governor.limits, killScoreCritical: 0.95 };
    expect(replayDecision(record, { ...policy.governor, limits })).toEqual({ kind: 'unknown' });
  });

  it('is no decision where it was a dead letter', () => {
    const letter = recordWith({ deliveries: 5 }, { outcome: 'dead_letter', reason: 'max_deliveries' });
    expect(isDecision(letter)).toBe(false);
    expect([decided(), decided({ kill_score: 0.9 })].map(isDecision)).toEqual([true, true]);
  });
});

describe('the hashes of a record', () => {
  const permit = (policy?: string) => ({ ...decided().permit!, policy: policy as string });

  it('are those of its hint and of its limits', () => {
    const record = recordWith(INPUTS, { permit: permit('bbbbbbbbbbbb'), limits: 'eeeeeeeeeeee' });
    expect(policyOfRecord(record)).toBe('bbbbbbbbbbbb');
    expect(limitsOfRecord(record)).toBe('eeeeeeeeeeee');
  });

  it.each([
    ['without a permit', {}],
    ['of an earlier version', { permit: permit() }],
    ['with empty ones', { permit: permit(''), limits: '' }],
  ])('are undefined %s', (_name, over) => {
    const record = recordWith(INPUTS, over);
    expect([policyOfRecord(record), limitsOfRecord(record)]).toEqual([undefined, undefined]);
  });
});
