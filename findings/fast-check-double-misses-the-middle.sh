#!/usr/bin/env bash
# A property over fc.double({ min: 0, max: 1 }) hardly tests a score: half of its values are below 1e-167.
#
# Tried on 2026-11-28 with fast-check 4.10.2 (npm) on Node 20.20.
#
# Behaviour: fc.double draws every floating-point number of the range with the same probability, and most of them are
# tiny. Only one value in 200 is between 0.01 and 0.99. The values that fast-check adds as likely troublemakers are next
# to the bounds. Integers divided by a constant are even over the range.
# Output seen (10,000 values; then 200 seeds of a property that is wrong for every score between 0.25 and 0.44):
#   double: 48 of 10000 values are between 0.01 and 0.99; found by 7 of 200 seeds with 100 runs, 86 with 1000 runs
#   integer / 1e6: 7814 of 10000 values are between 0.01 and 0.99;
#     found by 200 of 200 seeds with 100 runs, 200 with 1000 runs
#
# Why it matters: a ratio, a score, a probability or a weight looks well tested, and 100 runs, the default, miss an
# error in a fifth of the range nearly always. Ten times the runs still miss it more often than not. Draw integers and
# divide, and plant an error in the code to see the property fail.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts fast-check@4.10.2 || exit 2
cat >"$T/check.js" <<'JS'
const fc = require('fast-check');

const isRight = (score) => !(score > 0.25 && score < 0.44); // stands for code with an error in this range

function measure(label, scores) {
  const middle = fc.sample(scores, { seed: 1, numRuns: 10000 }).filter((score) => score > 0.01 && score < 0.99).length;
  const fails = (seed, numRuns) => fc.check(fc.property(scores, isRight), { seed, numRuns }).failed;
  const found = (numRuns) => [...Array(200).keys()].filter((seed) => fails(seed, numRuns)).length;
  const result = { middle, default: found(100), more: found(1000) };
  console.log(
    `${label}: ${middle} of 10000 values are between 0.01 and 0.99;`,
    `found by ${result.default} of 200 seeds with 100 runs, ${result.more} with 1000 runs`,
  );
  return result;
}

const double = measure('double', fc.double({ min: 0, max: 1, noNaN: true }));
const integer = measure('integer / 1e6', fc.integer({ min: 0, max: 1e6 }).map((n) => n / 1e6));
if (double.middle > 500 || double.default > 50 || integer.default < 200)
  throw new Error('CHANGED: fc.double draws more from the middle of its range');
JS
node "$T/check.js"
