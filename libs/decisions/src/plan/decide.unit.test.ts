import { describe, expect, it, jest } from '@jest/globals';
import { DecisionRecordSchema, type DecisionRecord, type GateMode } from '@quantum/redis-schemas';
import { GATE_NAMES, type GateName } from '@quantum/risk-gates';
import fc from 'fast-check';
import type { Candidate, PlanState, WindowState } from './candidate.js';
import {
  anyState,
  anyWindows,
  candidate,
  NOW_SEC,
  ON,
  POLICY,
  UNREADABLE,
  WINDOWS,
} from './candidates.test-support.js';
import { decidePlan, preCheck, type DecisionSettings } from './decide.js';
import { deadLetterRecord } from './other-records.js';

const onError = jest.fn();
function decided(of: Candidate, windows: WindowState | undefined = WINDOWS, policy = POLICY) {
  const look = preCheck(of, NOW_SEC, policy);
  return decidePlan(of, NOW_SEC, look, look.entry.refusal ? undefined : windows, policy, onError);
}
/** A record as it is in Redis. */
const standing = (record: DecisionRecord): DecisionRecord => JSON.parse(JSON.stringify(record)) as DecisionRecord;
const withModes = (modes: Partial<Record<GateName, GateMode>>): DecisionSettings => ({
  ...POLICY,
  modes: { ...POLICY.modes, ...modes },
});

describe('a close by its action alone that is larger than the position', () => {
  const position = { readable: true, value: { amount: 1, markPriceUsd: 10, tsSec: NOW_SEC } } as const;
  const larger = candidate({ position }, false, { action: 'PARTIAL_75' });

  it('is asked by the gates of opens, hinted as one, and recorded as one', () => {
    const { inputs, gates, permit } = decided(larger);
    expect(inputs).toMatchObject({ closing: false, exceeds_position: true, action: 'PARTIAL_75' });
    expect(gates.map(({ gate }) => gate)).toContain('kill_score');
    expect(permit).toMatchObject({ eff_action: 'DOWNSIZE' });
  });

  it('is shown to decorators as an open, and is the same plan otherwise', () => {
    const [hint] = POLICY.decorators;
    const annotate = jest.fn(hint!.annotate);
    const { plan_id, symbol } = decided(larger, WINDOWS, { ...POLICY, decorators: [{ ...hint!, annotate }] });
    expect([plan_id, symbol]).toEqual(['p1', 'X']);
    expect(annotate.mock.calls[0]?.[0].plan).toEqual({ ...larger.plan, closing: false });
  });

  it('is a close where the position is large enough, stale, or not to be read', () => {
    for (const known of [{ amount: -2 }, { tsSec: NOW_SEC - 301 }, undefined]) {
      const state = known ? { ...position, value: { ...position.value, ...known } } : UNREADABLE;
      const { inputs, permit } = decided(candidate({ position: state }, false, { action: 'PARTIAL_75' }));
      expect(inputs).toMatchObject({ closing: true });
      expect(inputs).not.toHaveProperty('exceeds_position', true);
      expect(permit).toMatchObject({ eff_action: 'NONE' });
    }
  });
});

it('records what a plan lacks or got wrong', () => {
  const odd = { kill_score: '', notional_usd: 'x', entry_price: '-1', price: '', side: 'LONG', timestamp: '1000.25' };
  expect(decided(candidate({}, false, odd)).inputs).toMatchObject({
    kill_score: null, side: 'buy', plan_ts: 1000.25, server_time: 1000.375, notional_usd: null,
    unreadable_fields: 'entry_price,notional_usd',
  }); // prettier-ignore
  expect(decided(candidate({}, false, { kill_score: 'x' })).inputs).toMatchObject({ kill_score: 'unreadable' });
});

it('keeps no more of an action than any known one needs, whatever its length', () => {
  const long = candidate();
  const { inputs } = decided({ ...long, plan: { ...long.plan, action: 'x'.repeat(100_000) } });
  expect(inputs['action']).toBe('x'.repeat(64));
});

describe('preCheck', () => {
  it('wants a place where nothing that is known speaks against the plan', () => {
    expect(preCheck(candidate(), NOW_SEC, POLICY)).toMatchObject({
      entry: { refusal: undefined },
      wantsReservation: true,
    });
  });

  it.each<[string, Partial<PlanState>]>([
    ['an entry gate', { killSwitchOn: ON }],
    ['the time that another program left', { lastExecSec: { readable: true, value: 999 } }],
    ['a last execution that cannot be read', { lastExecSec: UNREADABLE }],
    [
      'an advisory gate',
      {
        budget: { readable: true, value: { enforce: true, tsSec: 1000 } },
        violationSec: { readable: true, value: 1000 },
      },
    ],
  ])('wants none where %s refuses anyway', (_name, state) => {
    expect(preCheck(candidate(state), NOW_SEC, POLICY).wantsReservation).toBe(false);
  });

  it('wants one for a closing plan, whatever limits opens', () => {
    const state = { disarmed: ON, lastExecSec: UNREADABLE };
    expect(preCheck(candidate(state, true), NOW_SEC, POLICY).wantsReservation).toBe(true);
  });
});

describe('decidePlan', () => {
  it('permits with every input', () => {
    const record = decided(candidate());
    expect(DecisionRecordSchema.parse(standing(record))).toMatchObject({
      outcome: 'permit',
      reason: '',
      entry_id: '1000250-0',
      decided_at: NOW_SEC,
      inputs: { submitted_at: 1000.25, notional_usd: 20, last_exec: 900, exec_count_hour: 1, day_notional_usd: 100 },
      permit: { eff_action: 'DOWNSIZE', created_at: NOW_SEC },
    });
    expect(record.gates.map(({ gate }) => gate)).toEqual(GATE_NAMES);
    expect(record).not.toHaveProperty('block');
  });

  it('ends at the first enforced refusal, in the order of the contract', () => {
    const state = { killSwitchOn: ON, disarmed: ON };
    expect(decided(candidate(state))).toMatchObject({ outcome: 'refused', reason: 'kill_switch' });
    const windows = { ...WINDOWS, window: UNREADABLE };
    const capped = { allocation: { readable: true, value: { enforce: true, tsSec: 1000, targetUsd: 1 } } } as const;
    const record = decided(candidate(capped), windows);
    expect(record).toMatchObject({ reason: 'symbol_cooldown', block: { unreadable: true } });
    expect(record.gates.at(-1)).toEqual({ gate: 'symbol_cooldown', mode: 'enforce', refused: true });
    expect(record).not.toHaveProperty('permit');
    expect(record.inputs).toMatchObject({ window: 'unreadable', day_notional_usd: 100 });
  });

  it('leaves the windows out of the inputs where they were not asked', () => {
    const { inputs } = standing(decided(candidate({ killSwitchOn: ON })));
    expect(inputs).not.toHaveProperty('exec_count_hour');
    expect(inputs).toMatchObject({ kill_switch: true });
  });

  it('collects shadow refusals on either side of the windows', () => {
    const policy = withModes({ disarmed: 'shadow', symbol_cooldown: 'shadow', allocation_cap: 'shadow' });
    const windows: WindowState = {
      ...WINDOWS,
      window: { readable: true, value: { lastExecSec: NOW_SEC, hourCount: 0, burstCount: 0 } },
    };
    const allocation = { readable: true, value: { enforce: true, tsSec: 1000, targetUsd: 1 } } as const;
    const { permit } = decided(candidate({ disarmed: ON, allocation }), { ...windows, inFlightUsd: 0 }, policy);
    expect(permit?.would_block).toEqual(['disarmed', 'symbol_cooldown', 'allocation_cap']);
  });

  it('uses the neutral fields of a decorator that throws or could not say what to read', () => {
    const [hint] = POLICY.decorators;
    const broken = { ...hint!, annotate: () => { throw new Error('a mistake'); } }; // prettier-ignore
    for (const [of, decorators] of [
      [candidate(), [broken]],
      [candidate({ decorations: [new Error('a mistake')] }), [hint!]],
    ] as const) {
      onError.mockClear();
      const { permit } = decided(of, WINDOWS, { ...POLICY, decorators });
      expect(permit).toMatchObject({ eff_action: 'NONE', eff_reason: 'redis_error', eff_factor: '1.0000' });
      expect(onError).toHaveBeenCalledTimes(1);
    }
  });

  it('survives JSON unchanged, whatever it was given: no NaN, no Infinity, nothing that a redelivery cannot read', () => {
    fc.assert(
      fc.property(anyState, anyWindows, fc.boolean(), (state, windows, closing) => {
        const record = decided(candidate(state, closing), windows);
        expect(DecisionRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
      }),
    );
  });

  it('does not depend on what is in shadow: a gate that is off gives the same decision', () => {
    fc.assert(
      fc.property(anyState, anyWindows, fc.subarray([...GATE_NAMES].slice(1)), (state, windows, names) => {
        const all = (mode: GateMode) => withModes(Object.fromEntries(names.map((name) => [name, mode])));
        const [shadow, off] = [all('shadow'), all('off')].map((policy) => decided(candidate(state), windows, policy));
        expect([shadow?.outcome, shadow?.reason, shadow?.block]).toEqual([off?.outcome, off?.reason, off?.block]);
      }),
    );
  });
});

describe('deadLetterRecord', () => {
  it('is a decision like any other', () => {
    const { entry, plan } = candidate();
    const record = deadLetterRecord({ entry: { ...entry, deliveries: 6 }, plan }, NOW_SEC, POLICY, 'too often');
    expect(DecisionRecordSchema.parse(standing(record))).toMatchObject({
      outcome: 'dead_letter',
      reason: 'max_deliveries',
      inputs: { deliveries: 6 },
      error: 'too often',
    });
  });
});
