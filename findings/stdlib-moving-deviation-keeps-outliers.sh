#!/usr/bin/env bash
# The moving deviation of @stdlib never forgets an outlier: one price in the wrong unit spoils it for good.
#
# Tried on 2026-11-29 with @stdlib/stats-incr-mstdev 0.2.3, @stdlib/stats-incr-mvariance 0.2.3,
# @stdlib/stats-incr-mpcorr 0.2.3, technicalindicators 3.1.0 and trading-signals 8.3.0 (npm) on Node 20.20.
#
# Behaviour: the accumulators over a window of W values update their sums of squares by what enters and what leaves,
# and never add them up anew. While an outlier is in the window, the small digits are rounded away; when it leaves,
# the loss stays. Nothing bounds it: the window that was clean for any time still has it. The variance may be below
# zero, and then the deviation is NaN, value after value.
# Output seen (300 series each: window of 20, a price near 0.00002 with a deviation of 0.3 %, one value that is so many
# times the price, read 4,930 values after it has left the window; wrong: more than 1 % off the deviation of the same
# 20 values; others: technicalindicators and trading-signals):
#   outlier x 1: wrong 0, NaN 0, variance below zero 0, correlation NaN 0, others wrong 0 of 300
#   outlier x 1000: wrong 0, NaN 0, variance below zero 0, correlation NaN 0, others wrong 0 of 300
#   outlier x 1000000: wrong 296, NaN 84, variance below zero 84, correlation NaN 90, others wrong 0 of 300
#   outlier x 100000000: wrong 300, NaN 135, variance below zero 135, correlation NaN 136, others wrong 0 of 300
#
# Why it matters: such a value is ordinary in a feed of prices: one tick in satoshis (x 100,000,000), or one of another
# symbol. A volatility limit that compares `deviation > limit` is false for NaN, so it stays open for good, hours
# after the tick was seen and gone. Compute the deviation of a window from its values, or start the accumulator anew
# now and then.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @stdlib/stats-incr-mstdev@0.2.3 \
  @stdlib/stats-incr-mvariance@0.2.3 @stdlib/stats-incr-mpcorr@0.2.3 technicalindicators@3.1.0 \
  trading-signals@8.3.0 || exit 2
cat >"$T/check.js" <<'JS'
const deviation = require('@stdlib/stats-incr-mstdev');
const variance = require('@stdlib/stats-incr-mvariance');
const correlation = require('@stdlib/stats-incr-mpcorr');
const { SD } = require('technicalindicators');
const { BollingerBands } = require('trading-signals');

const [WINDOW, SERIES, VALUES, OUTLIER_AT, PRICE] = [20, 300, 5000, 50, 2e-5];
let seed = 7;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;

/** Deviation of the values as such, with WINDOW - 1 as the divisor. */
function deviationOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function series(factor) {
  const moving = { deviation: deviation(WINDOW), variance: variance(WINDOW), correlation: correlation(WINDOW) };
  const values = Array.from({ length: VALUES }, (_, i) => (i === OUTLIER_AT ? PRICE * factor : PRICE * (1 + 0.01 * (random() - 0.5))));
  for (const value of values) {
    moving.deviation(value);
    moving.variance(value);
    moving.correlation(value, random());
  }
  const exact = deviationOf(values.slice(-WINDOW));
  const bands = new BollingerBands(WINDOW, 1);
  for (const value of values) bands.add(value);
  const { upper, middle } = bands.getResult();
  const byCount = exact * Math.sqrt((WINDOW - 1) / WINDOW); // these two divide by WINDOW
  return {
    quotient: moving.deviation() / exact,
    isNegative: moving.variance() < 0,
    isCorrelationNaN: Number.isNaN(moving.correlation()),
    others: [SD.calculate({ period: WINDOW, values }).at(-1) / byCount, (upper - middle) / byCount],
  };
}

const isWrong = (quotient) => !(Math.abs(quotient - 1) <= 0.01);
let changed = false;
for (const factor of [1, 1e3, 1e6, 1e8]) {
  const all = Array.from({ length: SERIES }, () => series(factor));
  const wrong = all.filter(({ quotient }) => isWrong(quotient)).length;
  const nan = all.filter(({ quotient }) => Number.isNaN(quotient)).length;
  const negative = all.filter(({ isNegative }) => isNegative).length;
  const correlations = all.filter(({ isCorrelationNaN }) => isCorrelationNaN).length;
  const others = all.filter((one) => one.others.some(isWrong)).length;
  console.log(`outlier x ${factor}: wrong ${wrong}, NaN ${nan}, variance below zero ${negative}, correlation NaN ${correlations}, others wrong ${others} of ${SERIES}`);
  if (others > 0) throw new Error('the packages to compare with are wrong');
  if (factor <= 1e3 ? wrong > 0 : wrong < SERIES * 0.9 || nan === 0) changed = true;
}
if (changed) {
  console.error('CHANGED: the moving deviation no longer keeps an outlier');
  process.exit(1);
}
JS
node "$T/check.js"
