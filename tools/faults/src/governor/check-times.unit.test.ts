import { expect, it } from '@jest/globals';
import { checkTimes, type Stop, type StopKind } from './check-times.js';
import type { GovernorFindingKind } from './findings.js';
import type { Entry, History } from './history.js';

const PLANNED_MS = 1_700_000_000_000;
const SET_MS = PLANNED_MS + 500;

const NOTHING: History = {
  plans: [], permits: [], records: new Map(), blocks: new Map(), events: [], deadLetters: [], windows: new Map(), days: new Map(),
  lastExec: new Map(), inflight: new Map(), pending: 0, undelivered: 0,
  readSec: 0,
}; // prettier-ignore

const entry = (planId: string, reduceOnly = 'false', atMs = PLANNED_MS): Entry => ({
  id: `${atMs}-0`,
  fields: { plan_id: planId, reduceOnly },
});

function found(plans: Entry[], setMs: number, stops: Stop[], planMaxAgeSec = 60): GovernorFindingKind[] {
  const kinds: GovernorFindingKind[] = [];
  const history = { ...NOTHING, plans, permits: [{ planId: 'p', json: '{}', setMs }] };
  checkTimes(history, stops, planMaxAgeSec, (kind) => void kinds.push(kind));
  return kinds;
}

it.each<[StopKind, GovernorFindingKind[]]>([
  ['kill', ['permit_after_stop']],
  ['halt', ['permit_after_stop']],
  ['latch', []],
])('finds a permit after %s, of an exit only if that stops exits', (kind, ofExits) => {
  const stops = [{ kind, atMs: SET_MS - 1 }];
  expect(found([entry('p')], SET_MS, stops)).toEqual(['permit_after_stop']);
  expect(found([entry('p', 'true')], SET_MS, stops)).toEqual(ofExits);
  expect(found([entry('p')], SET_MS - 1, stops)).toEqual([]); // their order is unknown
});

it('finds a permit after a stop whose plan was never added', () => {
  expect(found([], SET_MS, [{ kind: 'latch', atMs: SET_MS - 1 }])).toEqual(['permit_after_stop']);
});

it('finds a permit that appears when its plan is older than allowed, and a deadline more', () => {
  expect(found([entry('p')], PLANNED_MS + 61_100, [])).toEqual([]);
  expect(found([entry('p')], PLANNED_MS + 61_101, [])).toEqual(['permit_over_age']);
  expect(found([entry('p')], PLANNED_MS + 61_101, [], 61)).toEqual([]);
});

it('uses the youngest entry of a plan', () => {
  expect(found([entry('p'), entry('p', 'false', PLANNED_MS + 60_000)], PLANNED_MS + 120_000, [])).toEqual([]);
});
