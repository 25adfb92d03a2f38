import { describe, expect, it } from '@jest/globals';
import type { GateMode } from '@quantum/redis-schemas';
import { calm, limits, NOW, ok } from './calm.test-support.js';
import {
  ADVISORY_GATES,
  EARLY_ADVISORY_GATES,
  evaluateGates,
  GATE_NAMES,
  GATES,
  type Gate,
  type GateInput,
  type GateLimits,
  type GateModes,
  type GateName,
  type GateNumbers,
} from './index.js';

const unreadable = { readable: false } as const;
const window = (given: object) => ok({ lastExecSec: undefined, hourCount: 0, burstCount: 0, ...given });
const all = (mode: GateMode) =>
  Object.fromEntries(GATE_NAMES.map((name) => [name, mode])) as Record<GateName, GateMode>;
const only = (name: GateName): GateModes => ({ ...all('off'), [name]: 'enforce' });
const ask = (given: Partial<GateInput>, limited: Partial<GateLimits> = {}, modes: GateModes = all('enforce')) =>
  evaluateGates(GATES, { ...calm, ...given }, { ...limits, ...limited }, modes);

const budget = { budget: ok({ enforce: true, tsSec: NOW - 60 }), violationSec: ok(NOW - 29.5) };
const target = (given: object) => ({ allocation: ok({ enforce: true, tsSec: NOW - 300, targetUsd: 1000, ...given }) });
const marked = (markPriceUsd: number | undefined, given: object = {}) => ({
  position: ok({ amount: 0, markPriceUsd, tsSec: NOW, ...given }),
});
const position = (amount: number | undefined, markPriceUsd: number | undefined) => marked(markPriceUsd, { amount });
const short = { ...position(-2, 450.5), side: 'sell' as const };

/** A stream id further ahead of Redis' clock than clocks differ in practice. */
const ahead = { submittedSec: NOW + 60.5 };

type Refused = [GateName, string, Partial<GateInput>, GateNumbers, Partial<GateLimits>?];
const refused: Refused[] = [
  ['kill_switch', 'on', { killSwitchOn: ok(true) }, {}],
  ['disarmed', 'latched', { disarmed: ok(true) }, {}],
  ['plan_age', 'too old', { submittedSec: NOW - 60.5 }, { age_sec: 60.5, max_age_sec: 60 }],
  [
    'plan_age',
    'too old with an id 60 s ahead',
    { serverSec: NOW - 120.5, submittedSec: NOW - 60.5 },
    { age_sec: 60.5, max_age_sec: 60 },
  ],
  [
    'plan_age',
    'too old by its id, whatever its timestamp says',
    { submittedSec: NOW - 60.5, timestampSec: NOW },
    { age_sec: 60.5, max_age_sec: 60 },
  ],
  ['plan_age', 'too old by its timestamp', { ...ahead, timestampSec: NOW - 60.5 }, { age_sec: 60.5, max_age_sec: 60 }],
  ['plan_age', 'of no known age', ahead, { id_ahead_sec: 60.5, max_age_sec: 60 }],
  ['plan_age', 'of a time in ms', { ...ahead, timestampSec: NOW * 1000 }, { id_ahead_sec: 60.5, max_age_sec: 60 }],
  ['kill_score', 'critical', { killScore: 0.8 }, { kill_score: 0.8, critical: 0.8 }],
  ['kill_score', 'out of range', { killScore: 7 }, { kill_score: 7, critical: 0.8 }],
  ['kill_score', 'not a number', { killScore: 'unreadable' }, { kill_score: 'not a number', critical: 0.8 }],
  [
    'kill_score',
    'missing while a missing one is refused',
    { killScore: undefined },
    { kill_score: 'missing', critical: 0.8 },
    { refuseMissingKillScore: true },
  ],
  ['symbol_cooldown', 'young', { window: window({ lastExecSec: NOW - 59.5 }) }, { age_sec: 59.5, cooldown_sec: 60 }],
  ['symbol_cooldown', 'in the future', { window: window({ lastExecSec: NOW + 99 }) }, { age_sec: 0, cooldown_sec: 60 }],
  ['hourly_rate', 'full', { window: window({ hourCount: 3 }) }, { exec_count: 3, max_exec_per_hour: 3 }],
  ['hourly_rate', 'limit 0', {}, { exec_count: 0, max_exec_per_hour: 0 }, { maxExecPerHour: 0 }],
  ['burst_rate', 'full', { window: window({ burstCount: 2 }) }, { exec_count: 2, max_exec_per_5min: 2 }],
  ...[4900.01, 5000, 1e308].map((day): Refused => [
    'daily_notional',
    `beyond the day's limit with ${day}`,
    { dayNotionalUsd: ok(day) },
    { notional_usd: 100, day_notional_usd: day, max_notional_usd: 5000 },
  ]),
  [
    'daily_notional',
    'unknown in production',
    { notionalUsd: undefined },
    { notional_usd: 'unknown', day_notional_usd: 0, max_notional_usd: 5000 },
  ],
  ['portfolio_budget', 'violated', budget, { violation_age_sec: 29.5, max_violation_age_sec: 30 }],
  [
    'portfolio_budget',
    'violated by a clock a minute ahead',
    { ...budget, violationSec: ok(NOW + 60) },
    { violation_age_sec: -60, max_violation_age_sec: 30 },
  ],
  [
    'allocation_cap',
    'short position and plan',
    { ...target({}), ...short },
    { position_usd: -901, in_flight_usd: 0, notional_usd: -100, target_usd: 1000 },
  ],
  [
    'allocation_cap',
    'a target of a minute ahead, beyond the tolerance',
    { ...target({ tsSec: NOW + 60 }), notionalUsd: 1000 * (1 + 2e-9) },
    { position_usd: 0, in_flight_usd: 0, notional_usd: 1000 * (1 + 2e-9), target_usd: 1000 },
  ],
  [
    'allocation_cap',
    'target 0',
    target({ targetUsd: 0, tsSec: NOW }),
    { position_usd: 0, in_flight_usd: 0, notional_usd: 100, target_usd: 0 },
  ],
  [
    'allocation_cap',
    'a short position and a plan of unknown side, which counts away from zero',
    { ...target({}), ...short, side: undefined },
    { position_usd: -901, in_flight_usd: 0, notional_usd: -100, target_usd: 1000 },
  ],
  [
    'allocation_cap',
    'opens in flight',
    { ...target({}), ...position(2, 450.5), side: 'buy', notionalUsd: 50, inFlightUsd: 60 },
    { position_usd: 901, in_flight_usd: 60, notional_usd: 50, target_usd: 1000 },
  ],
  [
    'allocation_cap',
    'a sell through zero and further away than before',
    { ...target({ targetUsd: 10 }), ...position(2, 450.5), side: 'sell', notionalUsd: 1803 },
    { position_usd: 901, in_flight_usd: 0, notional_usd: -1803, target_usd: 10 },
  ],
  [
    'allocation_cap',
    'an amount in flight beyond the range of a double',
    { ...target({}), ...position(1e200, 1e100), inFlightUsd: 0, side: 'buy', notionalUsd: 1e305 },
    { position_usd: 1e300, in_flight_usd: 0, notional_usd: 1e305, target_usd: 1000 },
    { maxNotionalPerDayUsd: 1e308 },
  ],
  [
    'allocation_cap',
    'an effective target below its own',
    { ...target({ effective: { baseUsd: 1000, multiplier: 0.09, why: 'ok', targetUsd: 90 } }), inFlightUsd: 0 },
    { position_usd: 0, in_flight_usd: 0, notional_usd: 100, target_usd: 90, base_target_usd: 1000, multiplier: 0.09 },
    { allocationTarget: 'effective' },
  ],
  [
    'price_band',
    'far above',
    { priceUsd: 150.01, ...marked(100) },
    { price_usd: 150.01, mark_price_usd: 100, price_band: 0.5 },
  ],
  [
    'price_band',
    'far below',
    { priceUsd: 49.99, ...marked(100) },
    { price_usd: 49.99, mark_price_usd: 100, price_band: 0.5 },
  ],
  [
    'price_band',
    'in other units, by a mark price of 300 s ago',
    { priceUsd: 1e-5, ...marked(0.02, { tsSec: NOW - 300 }) },
    { price_usd: 1e-5, mark_price_usd: 0.02, price_band: 0.5 },
  ],
];

describe('a plan is refused by', () => {
  it.each(refused)('%s: %s', (gate, _name, given, numbers, limited = {}) => {
    expect(ask(given, limited).refusal).toEqual({ gate, verdict: { refused: true, numbers } });
    // Each number reads back from the record as it was.
    expect(JSON.parse(JSON.stringify(numbers))).toEqual(numbers);
  });

  it.each<[GateName, Partial<GateInput>]>([
    ['kill_switch', { killSwitchOn: unreadable }],
    ['disarmed', { disarmed: unreadable }],
    ['symbol_cooldown', { window: unreadable }],
    ['symbol_cooldown', { window: window({ lastExecSec: 'unreadable' }) }],
    ['hourly_rate', { window: unreadable }],
    ['burst_rate', { window: unreadable }],
    ['daily_notional', { dayNotionalUsd: unreadable }],
  ])('%s whose state cannot be read', (gate, given) => {
    const verdict = { refused: true, numbers: {}, unreadable: true };
    expect(ask(given, {}, only(gate)).refusal).toEqual({ gate, verdict });
  });
});

describe('a plan passes', () => {
  it.each<[string, Partial<GateInput>, Partial<GateLimits>?]>([
    ['a calm market', {}],
    ['at the greatest age', { submittedSec: NOW - 60 }],
    ['by its id, whatever its timestamp says', { timestampSec: NOW - 9999 }],
    ['from a clock ahead of ours', { submittedSec: NOW + 5 }],
    ['just below the critical kill score', { killScore: 0.7999999 }],
    ['after the cooldown', { window: window({ lastExecSec: NOW - 60 }) }],
    [
      'with the cooldown disabled and an unreadable last execution',
      { window: window({ lastExecSec: 'unreadable' }) },
      { symbolCooldownSec: 0 },
    ],
    ['with the cooldown disabled', { window: window({ lastExecSec: NOW }) }, { symbolCooldownSec: 0 }],
    ['one below both rates', { window: window({ hourCount: 2, burstCount: 1 }) }],
    ['to the cent of the day’s limit', { dayNotionalUsd: ok(4900) }],
    ['with unknown notional on testnet', { notionalUsd: undefined }, { refuseUnknownNotional: false }],
    ['P2.8 in shadow', { ...budget, budget: ok({ enforce: false, tsSec: NOW }) }],
    ['P2.8 gone stale', { ...budget, budget: ok({ enforce: true, tsSec: NOW - 60.5 }) }],
    ['P2.8 without a time', { ...budget, budget: ok({ enforce: true, tsSec: undefined }) }],
    ['a violation of 30 seconds ago', { ...budget, violationSec: ok(NOW - 30) }],
    ['no violation', { ...budget, violationSec: ok(undefined) }],
    ['P2.8 unreadable', { ...budget, budget: unreadable }],
    ['violations unreadable', { ...budget, violationSec: unreadable }],
    ['P2.9 in shadow', { ...target({ enforce: false }), ...short }],
    ['P2.9 gone stale', { ...target({ tsSec: NOW - 300.5 }), ...short }],
    ['P2.9 without a time', { ...target({ tsSec: undefined }), ...short }],
    ['P2.9 without a target', { ...target({ targetUsd: undefined }), ...short }],
    ['exactly the target', { ...target({ targetUsd: 1001 }), ...short }],
    ['the target but for the last bits', { ...target({ targetUsd: 1000.9999999 }), ...short }],
    [
      'a sell that reduces a position beyond the target',
      { ...target({ targetUsd: 1 }), ...position(2, 450.5), side: 'sell' },
    ],
    [
      'a sell through zero, no further away than before',
      { ...target({ targetUsd: 1 }), ...position(2, 450.5), side: 'sell', notionalUsd: 1802 },
    ],
    [
      'a buy that reduces a short position beyond the target',
      { ...target({ targetUsd: 1 }), ...position(-2, 450.5), side: 'buy' },
    ],
    ['beyond the target by the tolerance', { ...target({}), notionalUsd: 1000 * (1 + 1e-9) }],
    ['opens in flight of the other side', { ...target({}), ...short, inFlightUsd: 50 }],
    ['an unknown amount in flight', { ...target({ targetUsd: 0 }), inFlightUsd: undefined }],
    [
      'a position that the plan does not enlarge',
      { ...target({ targetUsd: 1 }), ...position(1e200, 1e200), side: 'buy' },
    ],
    [
      'an effective target above its own, where the gate takes that',
      target({ targetUsd: 99, effective: { baseUsd: 99, multiplier: 1.4, why: 'ok', targetUsd: 138.6 } }),
      { allocationTarget: 'effective' },
    ],
    [
      'an effective target below its own, where the gate takes P2.9’s',
      target({ effective: { baseUsd: 99, multiplier: 0, why: 'ok', targetUsd: 0 } }),
    ],
    ['P2.9 unreadable', { ...short, allocation: unreadable }],
    ['P3.3 unreadable', { ...target({ targetUsd: 0 }), position: unreadable }],
    ['a position of unknown price', { ...target({}), ...position(99, undefined) }],
    ['a position of unknown amount', { ...target({}), ...position(undefined, 5) }],
    ['a position of a stale price', { ...target({}), ...marked(999, { amount: 99, tsSec: NOW - 300.5 }) }],
    ['P2.9 with a time in ms', { ...target({ tsSec: NOW * 1000 }), ...short }],
    ['P2.9 more than a minute ahead', { ...target({ tsSec: NOW + 60.5 }), ...short }],
    ['P2.8 with a time in ms', { ...budget, budget: ok({ enforce: true, tsSec: NOW * 1000 }) }],
    ['a violation more than a minute ahead', { ...budget, violationSec: ok(NOW + 60.5) }],
    ['no kill score', { killScore: undefined }],
    ['an id 60 s ahead of the server', { submittedSec: NOW + 60 }],
    ['an id further ahead, with a fresh timestamp', { ...ahead, timestampSec: NOW - 60 }],
    ['an id further ahead, with a timestamp a minute ahead', { ...ahead, timestampSec: NOW + 60 }],
    ['a price at the edge of the band', { priceUsd: 150, ...marked(100) }],
    ['a price at the lower edge of the band', { priceUsd: 50, ...marked(100) }],
    ['a price within a wider band', { priceUsd: 299, ...marked(100) }, { priceBand: 2 }],
    ['no price', { priceUsd: undefined, ...marked(100) }],
    ['no mark price', { priceUsd: 1, ...marked(undefined) }],
    ['a mark price of 301 s ago', { priceUsd: 1, ...marked(100, { tsSec: NOW - 301 }) }],
    ['a mark price with a time in ms', { priceUsd: 1, ...marked(100, { tsSec: NOW * 1000 }) }],
    ['a mark price without a time', { priceUsd: 1, ...marked(100, { tsSec: undefined }) }],
    ['a mark price that cannot be read', { priceUsd: 1, position: unreadable }],
  ])('%s', (_name, given, limited = {}) => {
    expect(ask(given, limited)).toMatchObject({ refusal: undefined, wouldBlock: [] });
  });

  it('with the verdict of every gate on record', () => {
    expect(ask({}).verdicts).toEqual(
      GATE_NAMES.map((gate) => ({ gate, mode: 'enforce', verdict: { refused: false } })),
    );
  });

  it('a disabled cooldown, even if the last execution is unreadable', () => {
    expect(ask({ window: unreadable }, { symbolCooldownSec: 0 }, only('symbol_cooldown')).refusal).toBeUndefined();
  });

  const opensOnly = refused.filter(([gate]) => gate !== 'kill_switch' && gate !== 'plan_age');
  it.each(opensOnly)('because it closes, whatever %s says: %s', (_gate, _name, given, _numbers, limited = {}) => {
    expect(ask({ ...given, closing: true }, limited).refusal).toBeUndefined();
  });
});

describe('closing plans', () => {
  it.each<[string, Partial<GateInput>, GateName | undefined, boolean]>([
    ['stop at the kill switch', { killSwitchOn: ok(true) }, 'kill_switch', false],
    ['stop at a kill switch that cannot be read', { killSwitchOn: unreadable }, 'kill_switch', false],
    ['pass it if closes are allowed', { killSwitchOn: ok(true) }, undefined, true],
    ['pass an unreadable one if closes are allowed', { killSwitchOn: unreadable }, undefined, true],
    ['stop when they are too old', { submittedSec: NOW - 61 }, 'plan_age', true],
    [
      'stop if their timestamp is too old and their id gives no age',
      { ...ahead, timestampSec: NOW - 61 },
      'plan_age',
      true,
    ],
    ['pass if nothing gives their age', ahead, undefined, true],
    ['pass if their timestamp is in ms', { ...ahead, timestampSec: NOW * 1000 }, undefined, true],
  ])('%s', (_name, given, gate, killSwitchAllowsCloses) => {
    expect(ask({ ...given, closing: true }, { killSwitchAllowsCloses }).refusal?.gate).toBe(gate);
  });

  it('pass when every other gate would refuse', () => {
    const storm = refused.filter(([gate]) => gate !== 'kill_switch' && gate !== 'plan_age').map(([, , given]) => given);
    const input = Object.assign({ closing: true }, ...storm) as Partial<GateInput>;
    expect(ask(input).verdicts.map(({ gate }) => gate)).toEqual(['kill_switch', 'plan_age']);
    expect(ask({ ...input, killSwitchOn: ok(true) }).refusal?.gate).toBe('kill_switch');
  });

  it('an opening plan stops at the kill switch even if closes are allowed', () => {
    expect(ask({ killSwitchOn: ok(true) }, { killSwitchAllowsCloses: true }).refusal?.gate).toBe('kill_switch');
  });
});

it('evaluates all advisory gates early except the one that needs the reservation', () => {
  const names = (gates: readonly Gate[]) => gates.map(({ name }) => name);
  expect(names(EARLY_ADVISORY_GATES)).toEqual(names(ADVISORY_GATES).filter((name) => name !== 'allocation_cap'));
});

it('evaluates in the order of the contract: with the first gates off, the next one refuses', () => {
  const contract = [
    ...['kill_switch', 'disarmed', 'plan_age', 'kill_score', 'symbol_cooldown', 'hourly_rate', 'burst_rate'],
    ...['daily_notional', 'portfolio_budget', 'allocation_cap', 'price_band'],
  ];
  expect(GATE_NAMES.filter((name) => contract.includes(name))).toEqual(contract);
  // Enforced by default, but for the one that the contract watches first; a later gate begins in shadow.
  const enforced = GATES.filter(({ defaultMode }) => defaultMode === 'enforce').map(({ name }) => name);
  expect(enforced).toEqual(expect.arrayContaining(contract.filter((name) => name !== 'price_band')));
  expect(enforced).not.toContain('price_band');
  // A newly generated gate passes everything until its rule is written.
  const known = GATE_NAMES.filter((gate) => refused.some(([name]) => name === gate));
  const storm: Partial<GateInput> = {
    killSwitchOn: ok(true),
    disarmed: ok(true),
    submittedSec: 0,
    killScore: 1,
    window: window({ lastExecSec: NOW, hourCount: 9, burstCount: 9 }),
    dayNotionalUsd: ok(9999),
    ...budget,
    ...target({ targetUsd: 0 }),
    priceUsd: 50,
    ...marked(1),
  };
  const order = known.map((_, i) => {
    const off = Object.fromEntries(known.slice(0, i).map((name) => [name, 'off' as const]));
    return ask(storm, {}, { ...all('enforce'), ...off }).refusal?.gate;
  });
  expect(order).toEqual(known);
  expect(ask(storm, {}, all('shadow'))).toMatchObject({ refusal: undefined, wouldBlock: known });
  expect(ask(storm, {}, all('off'))).toEqual({ refusal: undefined, wouldBlock: [], verdicts: [] });
});
