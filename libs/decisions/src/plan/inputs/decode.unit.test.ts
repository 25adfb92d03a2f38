import { describe, expect, it } from '@jest/globals';
import type { GateInput, Refusal } from '@quantum/risk-gates';
import { gateFieldsOf } from '../gate-fields.js';
import { gateInputOf, numbersOf } from './decode.js';
import { recordWith } from '@quantum/test-fixtures';

const NOW_SEC = 1_700_000_000;
const ok = <T>(value: T) => ({ readable: true, value }) as const;

/** A value under every name, each another, so that none can be taken for its neighbour. */
const FULL = {
  closing: true, side: 'sell', price_usd: 500, kill_score: 0.1, submitted_at: NOW_SEC - 1, plan_ts: NOW_SEC - 2,
  server_time: NOW_SEC - 3, notional_usd: 1000, kill_switch: true, disarmed: true, budget_enforce: true,
  budget_ts: NOW_SEC - 4, violation_ts: NOW_SEC - 5, allocation_enforce: true, allocation_ts: NOW_SEC - 6,
  allocation_target_usd: 900, position_amt: -7, mark_price_usd: 501, position_ts: NOW_SEC - 7, last_exec: NOW_SEC - 8,
  exec_count_hour: 2, exec_count_5min: 1, day_notional_usd: 300, in_flight_usd: -40,
}; // prettier-ignore
const GIVEN: GateInput = {
  nowSec: NOW_SEC,
  submittedSec: NOW_SEC - 1,
  serverSec: NOW_SEC - 3,
  timestampSec: NOW_SEC - 2,
  closing: true,
  ...gateFieldsOf({}),
  killScore: 0.1,
  priceUsd: 500,
  notionalUsd: 1000,
  killSwitchOn: ok(true),
  disarmed: ok(true),
  budget: ok({ enforce: true, tsSec: NOW_SEC - 4 }),
  violationSec: ok(NOW_SEC - 5),
  allocation: ok({ enforce: true, tsSec: NOW_SEC - 6, targetUsd: 900 }),
  position: ok({ amount: -7, markPriceUsd: 501, tsSec: NOW_SEC - 7 }),
  side: 'sell',
  inFlightUsd: -40,
  window: ok({ lastExecSec: NOW_SEC - 8, hourCount: 2, burstCount: 1 }),
  dayNotionalUsd: ok(300),
};
const given = (inputs: object): GateInput => gateInputOf(recordWith({ ...FULL, ...inputs }));

describe('what the gates were given', () => {
  it('is read from a record name by name', () => {
    expect(given({})).toEqual(GIVEN);
  });

  it.each<[string, object, Partial<GateInput>]>([
    ['a plan that opens', { closing: false }, { closing: false }],
    ['a plan of side buy', { side: 'buy' }, { side: 'buy' }],
    ['a plan of an unknown side', { side: 'up' }, { side: undefined }],
    ['a plan of no side', { side: undefined }, { side: undefined }],
    ['a plan without numbers', { price_usd: null, notional_usd: null, kill_score: null, plan_ts: null },
      { priceUsd: undefined, notionalUsd: undefined, killScore: undefined, timestampSec: undefined }],
    ['a kill score that is not a number', { kill_score: 'unreadable' }, { killScore: 'unreadable' }],
    ['switches that are off', { kill_switch: false, disarmed: false }, { killSwitchOn: ok(false), disarmed: ok(false) }],
    ['other teams in shadow', { budget_enforce: false, allocation_enforce: false },
      { budget: ok({ enforce: false, tsSec: NOW_SEC - 4 }), allocation: ok({ enforce: false, tsSec: NOW_SEC - 6, targetUsd: 900 }) }],
    ['an effective target', { allocation_base_usd: 1000, allocation_multiplier: 0.5, allocation_multiplier_why: 'ok' },
      { allocation: ok({ enforce: true, tsSec: NOW_SEC - 6, targetUsd: 900, effective: { baseUsd: 1000, multiplier: 0.5, why: 'ok', targetUsd: 500 } }) }],
    ['a multiplier without a reason', { allocation_base_usd: 1000, allocation_multiplier: 0.5 },
      { allocation: ok({ enforce: true, tsSec: NOW_SEC - 6, targetUsd: 900, effective: { baseUsd: 1000, multiplier: 0.5, why: '', targetUsd: 500 } }) }],
    ['a multiplier without a base', { allocation_multiplier: 0.5 }, {}],
    ['a base without a multiplier', { allocation_base_usd: 1000 }, {}],
    ['keys without numbers', { budget_ts: null, violation_ts: null, allocation_ts: null, allocation_target_usd: null },
      { budget: ok({ enforce: true, tsSec: undefined }), violationSec: ok(undefined),
        allocation: ok({ enforce: true, tsSec: undefined, targetUsd: undefined }) }],
    ['a position without numbers', { position_amt: null, mark_price_usd: null, position_ts: null },
      { position: ok({ amount: undefined, markPriceUsd: undefined, tsSec: undefined }) }],
    ['no last execution', { last_exec: null }, { window: ok({ lastExecSec: undefined, hourCount: 2, burstCount: 1 }) }],
    ['a last execution that is not a number', { last_exec: 'unreadable' },
      { window: ok({ lastExecSec: 'unreadable', hourCount: 2, burstCount: 1 }) }],
    ['nothing known in flight', { in_flight_usd: undefined }, { inFlightUsd: undefined }],
    ['windows that were not read', { exec_count_hour: undefined, exec_count_5min: undefined, last_exec: undefined, day_notional_usd: undefined },
      { window: ok({ lastExecSec: undefined, hourCount: 0, burstCount: 0 }), dayNotionalUsd: ok(0) }],
  ])('of %s', (_name, inputs, expected) => {
    expect(given(inputs)).toEqual({ ...GIVEN, ...expected });
  }); // prettier-ignore

  it.each([
    ['kill_switch', 'killSwitchOn'],
    ['disarmed', 'disarmed'],
    ['budget', 'budget'],
    ['violation_ts', 'violationSec'],
    ['allocation', 'allocation'],
    ['position', 'position'],
    ['window', 'window'],
    ['day_notional_usd', 'dayNotionalUsd'],
  ])('of %s that could not be read', (name, field) => {
    expect(given({ [name]: 'unreadable' })).toEqual({ ...GIVEN, [field]: { readable: false } });
  });

  it('of a version without Redis’ clock: the id tells the age, the position is as young as the decision, nothing is in flight', () => {
    expect(given({ server_time: undefined, position_ts: undefined, in_flight_usd: undefined })).toEqual({
      ...GIVEN,
      serverSec: Infinity,
      position: ok({ amount: -7, markPriceUsd: 501, tsSec: NOW_SEC }),
      inFlightUsd: 0,
    });
    expect(given({ server_time: undefined, kill_score: null }).killScore).toBe('unreadable');
  });
});

describe('the numbers of a refusal', () => {
  const numbers = { position_usd: -901, in_flight_usd: -40, notional_usd: -100, target_usd: 1000 };
  const refusal = (gate: Refusal['gate']): Refusal => ({ gate, verdict: { refused: true, numbers } });
  const earlier = recordWith({});

  it('are those of the gate', () => {
    expect(numbersOf(recordWith(FULL), refusal('allocation_cap'))).toEqual(numbers);
    expect(numbersOf(earlier, refusal('price_band'))).toEqual(numbers);
  });

  it('of an earlier version have no sign, and nothing in flight', () => {
    expect(numbersOf(earlier, refusal('allocation_cap'))).toEqual({
      position_usd: 901,
      notional_usd: 100,
      target_usd: 1000,
    });
  });
});
