import { expect, it } from '@jest/globals';
import { checkLimits, type Granted } from './limits.js';

const LIMITS = {
  cooldownSec: 10,
  maxPer5Min: 2,
  maxPerHour: 3,
  maxNotionalPerDayUsd: 100,
  killScoreCritical: 1,
  planMaxAgeSec: 60,
};
const START_SEC = 1_700_000_000;

const open = (atSec: number, notionalUsd = 1): Granted => ({
  planId: `at-${atSec}`,
  symbol: 'X',
  atSec: START_SEC + atSec,
  opening: true,
  notionalUsd,
});
const close = (atSec: number): Granted => ({ ...open(atSec), opening: false });
const found = (...granted: Granted[]): string[] =>
  checkLimits(granted, LIMITS).map(({ text }) => text.replace(/^permit of plan (\S+) .*\): /, '$1: '));

it('finds nothing for permits within the limits, in any order', () => {
  expect(found(open(300), open(0), open(10))).toEqual([]);
});

it('finds violations of the five-minute, hourly and cooldown limits', () => {
  expect(found(open(0), open(20), open(299))).toEqual(['at-299: 3 permits within 5 min']);
  expect(found(open(0), open(301), open(602), open(3599))).toEqual(['at-3599: 4 permits within an hour']);
  expect(found(open(0), open(9.75))).toEqual(['at-9.75: 9.750 s after the one before']);
});

it('finds two permits of the same moment', () => {
  expect(found(open(0), { ...open(0), planId: 'other' })).toHaveLength(2);
});

it('finds a day beyond its notional, and ignores notional 0, other days and other symbols', () => {
  expect(found(open(0, 60), open(301, 60))).toEqual(['at-301: 120 USD in the day']);
  expect(found(open(0, 100), open(301, 0))).toEqual([]);
  expect(found(open(0, 60), open(86_400, 60))).toEqual([]);
  expect(found(open(0, 60), { ...open(301, 60), symbol: 'Y' })).toEqual([]);
});

it('checks no close against a limit, counts none, and lets each begin a cooldown', () => {
  expect(found(close(0), close(1), close(2), close(3))).toEqual([]);
  expect(found(close(0), close(1), close(2), close(3), open(20, 100))).toEqual([]);
  expect(found(close(14), open(20))).toEqual(['at-20: 6.000 s after the one before']);
  expect(found(close(19), open(20))).toEqual([]); // their order is unknown
});
