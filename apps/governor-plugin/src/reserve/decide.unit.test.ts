import { describe, expect, it, jest } from '@jest/globals';
import { finite, timeAround, usd } from '@quantum/generators';
import { hintStep, loadPolicy } from '@quantum/policy';
import {
  DecisionRecordSchema,
  GATE_NAMES,
  type DecisionRecord,
  type GateMode,
  type GateName,
} from '@quantum/redis-schemas';
import { loadConfig } from '@quantum/service-kit';
import { aPlan } from '@quantum/testing';
import fc from 'fast-check';
import { candidateOf, type Candidate, type PlanState } from '../state/candidate.js';
import { decisionPolicy, governorDefinition } from '../config.js';
import { decide, firstLook, type DecisionPolicy } from './decide.js';
import type { WindowState } from './reservation.js';
import { deadLetterRecord } from './other-records.js';

const { config } = loadConfig(governorDefinition, {});
const POLICY = decisionPolicy(config, loadPolicy(undefined, hintStep(config)));
const NOW_SEC = 1000.5;
const STATE: PlanState = {
  deadlineMs: { symbol: 0, record: 0 },
  serverSec: 1000.375,
  killSwitchOn: { readable: true, value: false },
  disarmed: { readable: true, value: false },
  lastExecSec: { readable: true, value: undefined },
  budget: { readable: true, value: { enforce: false, tsSec: undefined } },
  violationSec: { readable: true, value: undefined },
  allocation: { readable: true, value: { enforce: false, tsSec: undefined, targetUsd: undefined } },
  position: { readable: true, value: { amount: 0, markPriceUsd: undefined, tsSec: undefined } },
  decorations: [[{ readable: true, value: ['0.2', '0.9', '1000'] }]],
};
const ON = { readable: true, value: true } as const;
const UNREADABLE = { readable: false } as const;
const WINDOWS: WindowState = {
  window: { readable: true, value: { lastExecSec: 900, hourCount: 1, burstCount: 1 } },
  dayNotionalUsd: { readable: true, value: 100 },
  inFlightUsd: undefined,
};

const candidate = (state: Partial<PlanState> = {}, closing = false, fields: Record<string, string> = {}): Candidate =>
  candidateOf(
    { entry: { id: '1000250-0', fields: [], deliveries: 1 }, plan: aPlan({ reduceOnly: String(closing), ...fields }) },
    { ...STATE, ...state },
    NOW_SEC,
    POLICY.limits,
  );

const onError = jest.fn();
function decided(of: Candidate, windows: WindowState | undefined = WINDOWS, policy = POLICY) {
  const look = firstLook(of, NOW_SEC, policy);
  return decide(of, NOW_SEC, look, look.entry.refusal ? undefined : windows, policy, onError);
}
/** A record as it stands in Redis. */
const standing = (record: DecisionRecord): DecisionRecord => JSON.parse(JSON.stringify(record)) as DecisionRecord;
const withModes = (modes: Partial<Record<GateName, GateMode>>): DecisionPolicy => ({
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

describe('firstLook', () => {
  it('wants a place where nothing that is known speaks against the plan', () => {
    expect(firstLook(candidate(), NOW_SEC, POLICY)).toMatchObject({ entry: { refusal: undefined }, wantsPlace: true });
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
    expect(firstLook(candidate(state), NOW_SEC, POLICY).wantsPlace).toBe(false);
  });

  it('wants one for a closing plan, whatever limits opens', () => {
    const state = { disarmed: ON, lastExecSec: UNREADABLE };
    expect(firstLook(candidate(state, true), NOW_SEC, POLICY).wantsPlace).toBe(true);
  });
});

describe('decide', () => {
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

  const flag = fc.boolean().map((value) => ({ readable: true as const, value }));
  // What parseNumber gives: never -0.
  const number = fc.option(fc.oneof(finite, usd(), timeAround(NOW_SEC, 400, 100)), { nil: undefined });
  const read = <T>(value: fc.Arbitrary<T>) =>
    fc.oneof(
      value.map((v) => ({ readable: true as const, value: v })),
      fc.constant(UNREADABLE),
    );
  const anyState = fc.record({
    deadlineMs: fc.constant(STATE.deadlineMs),
    killSwitchOn: flag,
    disarmed: flag,
    lastExecSec: read(number),
    budget: read(fc.record({ enforce: fc.boolean(), tsSec: number })),
    serverSec: fc.integer({ min: 0, max: 2000 }),
    violationSec: read(number),
    allocation: read(fc.record({ enforce: fc.boolean(), tsSec: number, targetUsd: number })),
    position: read(
      fc.record({
        amount: number,
        markPriceUsd: number.map((x) => (x === undefined ? x : Math.abs(x))),
        tsSec: number,
      }),
    ),
    decorations: fc.constant(STATE.decorations),
  });
  const anyWindows = fc.record({
    window: read(fc.record({ lastExecSec: number, hourCount: fc.nat(9), burstCount: fc.nat(9) })),
    dayNotionalUsd: read(usd(1e12)),
    inFlightUsd: number,
  });

  it('survives JSON unchanged, whatever it was given: no NaN, no Infinity, nothing that a redelivery cannot read', () => {
    fc.assert(
      fc.property(anyState, anyWindows, fc.boolean(), (state, windows, closing) => {
        const record = decided(candidate(state, closing), windows);
        expect(DecisionRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
      }),
    );
  });

  it('does not depend on what stands in shadow: a gate that is off gives the same decision', () => {
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
