import { describe, expect, it } from '@jest/globals';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { recordWith } from '@quantum/test-fixtures';
import { executionsOf, isStopUpdate, isUncounted, leftInFlight, odditiesOf } from './facts.js';

const NOW_SEC = 1_700_000_000;

describe('a stop update', () => {
  it.each([
    [{ action: 'UPDATE_SL' }, true],
    [{ action: 'OPEN' }, false],
    [{}, false],
  ])('is known by its action: %j', (inputs, expected) => {
    expect(isStopUpdate(inputs)).toBe(expected);
  });
});

describe('a plan that could not be counted', () => {
  it.each([
    [{ window: 'unreadable', day_notional_usd: 100 }, true],
    [{ exec_count_hour: 0, exec_count_5min: 0, day_notional_usd: 'unreadable' }, true],
    [{ exec_count_hour: 0, exec_count_5min: 0, day_notional_usd: 100 }, false],
    [{}, false],
  ])('has windows that were not readable: %j', (inputs, expected) => {
    expect(isUncounted(inputs)).toBe(expected);
  });
});

describe('the executions before a plan', () => {
  it.each([
    [
      { exec_count_hour: 3, exec_count_5min: 1 },
      { hourCount: 3, burstCount: 1 },
    ],
    [
      { exec_count_hour: 0, exec_count_5min: 0 },
      { hourCount: 0, burstCount: 0 },
    ],
    [{ exec_count_hour: 3 }, undefined],
    [{ exec_count_5min: 1 }, undefined],
    [{ window: 'unreadable' }, undefined],
  ])('are both counts, or nothing: %j', (inputs, expected) => {
    expect(executionsOf(inputs)).toEqual(expected);
  });
});

describe('the oddities of a plan', () => {
  const NONE = { isNotionalUnknown: false, isKillScoreMissing: false, hasUnreadableFields: false, isIdAhead: false };
  const PLAN = { closing: false, notional_usd: 1000, kill_score: 0.1, submitted_at: NOW_SEC, server_time: NOW_SEC };

  it.each([
    ['none of a plan with everything', {}, {}],
    ['no notional of an open', { notional_usd: null }, { isNotionalUnknown: true }],
    ['none for a notional of 0', { notional_usd: 0 }, {}],
    ['no kill score of an open', { kill_score: null }, { isKillScoreMissing: true }],
    ['none for a kill score that is unreadable', { kill_score: 'unreadable' }, {}],
    ['none of a close without both', { closing: true, notional_usd: null, kill_score: null }, {}],
    ['a field that is no amount', { unreadable_fields: 'qty' }, { hasUnreadableFields: true }],
    ["an id 61 s ahead of Redis' clock", { submitted_at: NOW_SEC + 61 }, { isIdAhead: true }],
    ['none for an id 60 s ahead', { submitted_at: NOW_SEC + 60 }, {}],
  ])('are %s', (_name, changes, expected) => {
    expect(odditiesOf({ ...PLAN, ...changes })).toEqual({ ...NONE, ...expected });
  });

  it('are none where a record has no inputs', () => {
    expect(odditiesOf({})).toEqual(NONE);
  });
});

describe('what a plan leaves in flight', () => {
  const permit = { computed_notional: 1000 } as NonNullable<DecisionRecord['permit']>;
  const long = { position_amt: 2, mark_price_usd: 10 }; // 20 USD
  const short = { position_amt: -2, mark_price_usd: 10 };

  it.each([
    ['a buy is positive, also against a short position', { side: 'buy', in_flight_usd: 0, ...short }, 1000],
    ['a sell is negative, also against a long position', { side: 'sell', in_flight_usd: 0, ...long }, -1000],
    ['without a side it adds to a long position', { in_flight_usd: 0, ...long }, 1000],
    ['without a side it adds to a short position', { in_flight_usd: 0, ...short }, -1000],
    ['less in flight than is held does not turn it', { in_flight_usd: -5, ...long }, 1000],
    ['more in flight than is held turns it', { in_flight_usd: -30, ...long }, -1000],
    ['the exposure in flight counts without a position', { in_flight_usd: -5 }, -1000],
    ['no mark price counts as no position', { in_flight_usd: -5, position_amt: 2 }, -1000],
    ['no amount counts as no position', { in_flight_usd: -5, mark_price_usd: 10 }, -1000],
    ['without an exposure it is positive', { in_flight_usd: 0 }, 1000],
    ['opposite exposures of one size come to none', { in_flight_usd: -20, ...long }, 1000],
  ])('%s', (_name, inputs, usd) => {
    expect(leftInFlight(recordWith(inputs, { permit }))).toBe(`${usd} ${NOW_SEC}`);
  });

  it('is nothing where no target bound it', () => {
    expect(leftInFlight(recordWith({ side: 'buy', ...long }, { permit }))).toBe('');
  });

  it('is nothing without a permit', () => {
    expect(leftInFlight(recordWith({ side: 'buy', in_flight_usd: 0, ...long }))).toBe('');
  });
});
