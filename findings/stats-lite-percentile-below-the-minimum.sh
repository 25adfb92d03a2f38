#!/usr/bin/env bash
# A low percentile of stats-lite is smaller than the smallest value: the 1st percentile of 1 ms and 100 ms is -46.5 ms.
#
# Tried on 2026-11-30 with stats-lite 2.2.0 (npm) on Node 20.20.
#
# Promise: percentile(vals, ptile) takes any ptile above 0 and up to 1. The README says that it interpolates between
# values by the estimation method. A percentile lies between the smallest and the largest value by every definition.
# Behaviour: below 1 / (2n), for n values, the function does not interpolate. It extends the line through the two
# smallest values beyond the smallest. At the upper end it returns the largest value, since a fix of 2016. So a
# percentile of returns and the opposite one of losses differ, though these are the same numbers with the other sign.
# In between the function is right.
# Output seen (1st percentile of 1,000 samples of each size. Returns follow Student's t with 3 degrees of freedom;
# value at risk: median of the package's result through the exact one; losses: the same from the 99th percentile of
# losses. Latencies are exponential):
#   1 and 100: -46.52, exact 1
#   10 values: 1000 of 1000 below the minimum, value at risk 1.159, from losses 1; 286 of 1000 latencies negative
#   20 values: 1000 of 1000 below the minimum, value at risk 1.092, from losses 1; 239 of 1000 latencies negative
#   30 values: 1000 of 1000 below the minimum, value at risk 1.058, from losses 1; 163 of 1000 latencies negative
#   40 values: 1000 of 1000 below the minimum, value at risk 1.025, from losses 1; 106 of 1000 latencies negative
#   50 values: 0 of 1000 below the minimum, value at risk 1, from losses 1; 0 of 1000 latencies negative
#   100 values: 0 of 1000 below the minimum, value at risk 1, from losses 1; 0 of 1000 latencies negative
#
# Why it matters: the value at risk of a month of daily returns is a loss that never occurred, 6 to 16 % too high, and
# another than that from the losses. It grows with the gap between the two worst days, so one bad day is counted more
# than once. Limits and margins follow it. Take the maximum of the percentile and the smallest value.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts stats-lite@2.2.0 || exit 2
cat >"$T/check.js" <<'JS'
const { percentile } = require('stats-lite');

const COUNT = 1000;
/** The same method: value i of n is the percentile (i - 0.5) / n, with lines in between and none beyond the ends. */
function exact(values, p) {
  const sorted = values.slice().sort((a, b) => a - b);
  const place = Math.min(Math.max(values.length * p - 0.5, 0), values.length - 1);
  const low = Math.floor(place);
  return sorted[low] + (place - low) * (sorted[Math.min(low + 1, values.length - 1)] - sorted[low]);
}
let seed = 5;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const daily = () => normal() / Math.sqrt((normal() ** 2 + normal() ** 2 + normal() ** 2) / 3);
const latency = () => -10 * Math.log(1 - random());
const median = (values) => exact(values, 0.5);
const round = (number) => Number(number.toFixed(3));

console.log(`1 and 100: ${percentile([1, 100], 0.01)}, exact ${exact([1, 100], 0.01)}`);
const rows = [10, 20, 30, 40, 50, 100].map((size) => {
  const returns = Array.from({ length: COUNT }, () => Array.from({ length: size }, daily));
  const below = returns.filter((values) => percentile(values, 0.01) < Math.min(...values)).length;
  const risk = median(returns.map((values) => percentile(values, 0.01) / exact(values, 0.01)));
  const losses = median(returns.map((values) => -percentile(values.map((value) => -value), 0.99) / exact(values, 0.01)));
  const times = Array.from({ length: COUNT }, () => Array.from({ length: size }, latency));
  const negative = times.filter((values) => percentile(values, 0.01) < 0).length;
  console.log(`${size} values: ${below} of ${COUNT} below the minimum, value at risk ${round(risk)}, from losses ${round(losses)}; ${negative} of ${COUNT} latencies negative`);
  return { size, below, risk, losses };
});
const inside = [0.05, 0.1, 0.25, 0.5, 0.9, 0.99].every((p) => {
  const values = Array.from({ length: 30 }, daily);
  return Math.abs(percentile(values, p) - exact(values, p)) < 1e-9;
});
if (!inside || rows.some(({ losses }) => Math.abs(losses - 1) > 1e-9)) throw new Error('CHANGED: other percentiles are wrong too');
if (rows.some(({ size, below }) => below !== (size < 50 ? COUNT : 0))) throw new Error('CHANGED: the percentiles are not below the minimum');
JS
node "$T/check.js"
