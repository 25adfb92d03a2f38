#!/usr/bin/env bash
# Atomic changes of json-diff-ts miss every position whose symbol holds a point: after a trade in BRK.B the copy keeps
# the old quantity and gains a stray key. They also leave every second element of a removed tail in a list.
#
# Tried on 2026-11-30 with json-diff-ts 4.10.4 and, for comparison, fast-json-patch 3.1.1 (npm) on Node 20.20.
#
# Promise: the README says that atomizeChangeset turns a changeset into a list of atomic changes "and back", and that
# unatomizeChangeset restores the changeset. The release notes list a repair for keys with periods (3.0.1).
# Behaviour: atomizeChangeset writes the path of such a key as $.positions[BRK.B]. unatomizeChangeset splits paths at
# points outside of brackets only, so it takes `positions[BRK.B]` for a single key at the root. applyChangeset then sets
# that new key and leaves the position alone. Nothing reports it. (The repair of 3.0.1 was for points in the ids of list
# elements, which are right.) Of several removals from a list, unatomizeChangeset makes one change each, and
# applyChangeset carries them out from the front, so each removal shifts the rest. A changeset that was not taken apart
# gives the right state for both.
# Output seen (1,000 accounts, each with a new state; accounts that are wrong after the changes were applied):
#   trades in symbols without a point: atomic changes 0, changeset 0, fast-json-patch 0
#   trades in symbols of which one in five has a point: atomic changes 910, changeset 0, fast-json-patch 0
#   shorter lists of price levels: atomic changes 805, changeset 0, fast-json-patch 0
#   path: $.positions[BRK.B], result: {"positions":{"BRK.B":100},"positions[BRK.B]":-400}
#   levels 1 2 3 4 5 cut to 1: 1 3 5
#
# Why it matters: atomic changes are what one stores in an audit log or sends to other processes. A short of 400 BRK.B
# looks like a long of 100 there, and futures such as ES.Z6, classes such as BF.B and perpetuals such as BTCUSDT.P are
# all hit, while tests with AAPL pass. Cancelled price levels stay in the copy. Send the changeset whole, use RFC 6902
# patches, or keep positions in a list with `embeddedObjKeys`.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts json-diff-ts@4.10.4 \
  fast-json-patch@3.1.1 || exit 2
cat >"$T/check.js" <<'JS'
const { isDeepStrictEqual } = require('node:util');
const { diff, atomizeChangeset, unatomizeChangeset, applyChangeset } = require('json-diff-ts');
const { compare, applyPatch } = require('fast-json-patch');

/** A copy as it arrives elsewhere: everything goes through JSON. */
const sent = (value) => JSON.parse(JSON.stringify(value));
const WAYS = {
  'atomic changes': (before, after) => {
    const atomic = sent(atomizeChangeset(diff(before, after)));
    return applyChangeset(sent(before), unatomizeChangeset(atomic));
  },
  changeset: (before, after) => applyChangeset(sent(before), sent(diff(before, after))),
  'fast-json-patch': (before, after) => applyPatch(sent(before), sent(compare(before, after))).newDocument,
};

let seed = 5;
const random = (count) => Math.floor(((seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32) * count);
const PLAIN = ['AAPL', 'MSFT', 'NVDA', 'XOM', 'JPM', 'KO', 'PG', 'T'];
const DOTTED = ['BRK.B', 'BF.B'];
/** An account with some positions, and the same account after trades in most of its symbols. */
function trades(symbols) {
  const before = Object.fromEntries(symbols.map((symbol) => [symbol, random(1000)]));
  const traded = (quantity) => (random(3) === 0 ? quantity : random(1000) - 500);
  const after = Object.fromEntries(symbols.map((symbol) => [symbol, traded(before[symbol])]));
  return [{ positions: before }, { positions: after }];
}
function shorterLevels() {
  const levels = Array.from({ length: 6 }, (_, i) => 100 + i);
  return [{ levels }, { levels: levels.slice(0, 1 + random(5)) }];
}
const CASES = {
  'trades in symbols without a point': () => trades(PLAIN),
  'trades in symbols of which one in five has a point': () => trades([...PLAIN, ...DOTTED]),
  'shorter lists of price levels': shorterLevels,
};

const wrong = {};
for (const [label, make] of Object.entries(CASES)) {
  wrong[label] = Object.fromEntries(Object.keys(WAYS).map((way) => [way, 0]));
  for (let i = 0; i < 1000; i++) {
    const [before, after] = make();
    for (const [way, copy] of Object.entries(WAYS)) {
      if (!isDeepStrictEqual(copy(before, after), after)) wrong[label][way]++;
    }
  }
  const counts = Object.entries(wrong[label]).map(([way, count]) => `${way} ${count}`);
  console.log(`${label}: ${counts.join(', ')}`);
}
const [before, after] = [{ positions: { 'BRK.B': 100 } }, { positions: { 'BRK.B': -400 } }];
const path = atomizeChangeset(diff(before, after))[0].path;
console.log(`path: ${path}, result: ${JSON.stringify(WAYS['atomic changes'](before, after))}`);
const { levels: left } = WAYS['atomic changes']({ levels: [1, 2, 3, 4, 5] }, { levels: [1] });
console.log(`levels 1 2 3 4 5 cut to 1: ${left.join(' ')}`);

const [plain, dotted, levels] = Object.values(wrong);
const others = Object.values(wrong).flatMap((counts) => [counts.changeset, counts['fast-json-patch']]);
if ([...others, plain['atomic changes']].some((count) => count > 0)) throw new Error('the comparison is wrong');
if (dotted['atomic changes'] < 500) throw new Error('CHANGED: positions of dotted symbols arrive');
if (levels['atomic changes'] < 500) throw new Error('CHANGED: removed levels go');
JS
node "$T/check.js"
