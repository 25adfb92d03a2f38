#!/usr/bin/env bash
# Three of four packages for linear regression give a wrong slope, even one of the wrong sign, over times in
# milliseconds.
#
# Tried on 2026-11-30 with d3-regression 2.2.0, ml-regression-simple-linear 3.0.1, regression 2.0.1 and
# simple-statistics 7.12.1 (npm) on Node 20.20.
#
# Promise: a least-squares line of y on x. None of the READMEs limits x, and a present time, 1.8e12 ms, is far below
# 2^53.
# Behaviour: three packages take the variance of x from the sum of squares and the square of the sum. Squares of 3e24
# are rounded to multiples of 5e8, and the variance of one minute of seconds is 3e8, so what remains is noise.
# simple-statistics subtracts the means first and is right. The wrong line passes through the middle of the points, so a
# chart looks right at a glance. Nothing reports an error. Vega, from which d3-regression took its code, has an open
# report of the same fault.
# Output seen (slope per step over an exact line that rises by 0.001 per step):
#   20 seconds from 0: d3-regression 0.001000, ml-regression-simple-linear 0.001000, regression 0.001000, simple-statistics 0.001000
#   20 seconds: d3-regression -0.000021, ml-regression-simple-linear 0.000048, regression 0.000048, simple-statistics 0.001000
#   60 seconds: d3-regression -0.000140, ml-regression-simple-linear 0.000491, regression 0.000491, simple-statistics 0.001000
#   500 seconds: d3-regression 0.000318, ml-regression-simple-linear 0.001000, regression 0.001000, simple-statistics 0.001000
#
# Why it matters: the trend of a price, a spread or a queue length is a slope over a short time, and its sign decides.
# Subtract the first time from all times before a fit.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts d3-regression@2.2.0 ml-regression-simple-linear@3.0.1 \
  regression@2.0.1 simple-statistics@7.12.1 || exit 2
cat >"$T/check.mjs" <<'JS'
import { regressionLinear } from 'd3-regression';
import { SimpleLinearRegression } from 'ml-regression-simple-linear';
import regression from 'regression';
import { linearRegression } from 'simple-statistics';

const FIRST = Date.UTC(2025, 10, 30);
const slopes = {
  'd3-regression': (points) => regressionLinear()(points).a,
  'ml-regression-simple-linear': (points) => new SimpleLinearRegression(points.map(([x]) => x), points.map(([, y]) => y)).slope,
  regression: (points) => regression.linear(points, { precision: 20 }).equation[0],
  'simple-statistics': (points) => linearRegression(points).m,
};
function measure(label, count, step, first) {
  const points = Array.from({ length: count }, (_, i) => [first + i * step, 100 + 0.001 * i]);
  const found = Object.entries(slopes).map(([name, slope]) => [name, slope(points) * step]);
  console.log(`${label}: ${found.map(([name, slope]) => `${name} ${slope.toFixed(6)}`).join(', ')}`);
  return Object.fromEntries(found.map(([name, slope]) => [name, Math.abs(slope / 0.001 - 1)]));
}
const fromZero = measure('20 seconds from 0', 20, 1000, 0);
const short = measure('20 seconds', 20, 1000, FIRST);
const minute = measure('60 seconds', 60, 1000, FIRST);
const long = measure('500 seconds', 500, 1000, FIRST);
const exact = [...Object.values(fromZero), ...[short, minute, long].map((errors) => errors['simple-statistics'])];
if (exact.some((error) => error > 1e-6)) throw new Error('the comparison is wrong');
const wrong = Object.keys(slopes).filter((name) => short[name] > 0.5);
if (wrong.length !== 3 || minute['d3-regression'] < 0.1) throw new Error(`CHANGED: wrong are ${wrong.join() || 'none'}`);
JS
node "$T/check.mjs"
