#!/usr/bin/env bash
# The normal quantile of @stdlib is not the inverse of its own distribution function: it loses digits from 5 sigma on
# and ends at 8.3.
#
# Tried on 2026-11-28 with @stdlib/stats-base-dists-normal-quantile 0.3.1, @stdlib/stats-base-dists-normal-cdf 0.3.1,
# @stdlib/math-base-special-erfcinv 0.2.4 and jstat 1.9.6 (npm) on Node 20.20.
#
# Behaviour: quantile(p) computes erfinv(2p - 1). For a small p this subtraction keeps few digits of p, and below
# about 3e-17 none: the answer is -Infinity. jstat loses the tail on both sides: its cdf is 0 from -9 sigma down, its
# inverse is off by 0.06 at -20. The form -sqrt(2) * erfcinv(2p), from @stdlib too, inverts the cdf to 1e-9 in every
# row below.
# Output seen (x, then the quantile of cdf(x)):
#   x     @stdlib quantile      erfcinv               jstat inv
#   -5    -5.000000000007514    -5                    -4.999999999999966
#   -7    -7.000000323190245    -7.000000000000001    -7.000000480298091
#   -8    -8.00229182185279     -8                    -7.996273468631992
#   -9    -Infinity             -9                    -8.881240281325375
#   -20   -Infinity             -20                   -19.94527360398236
#
# Why it matters: judging a strategy over many trials means tail quantiles: a deflated Sharpe ratio, a Bonferroni
# limit, a p-value turned back into a z-score. A very significant result becomes an infinite one, then NaN in the
# first difference, and a test on ordinary levels such as 0.05 shows nothing. Use erfcinv on the smaller tail.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts \
  @stdlib/stats-base-dists-normal-quantile@0.3.1 @stdlib/stats-base-dists-normal-cdf@0.3.1 \
  @stdlib/math-base-special-erfcinv@0.2.4 jstat@1.9.6 || exit 2
cat >"$T/check.js" <<'JS'
const quantile = require('@stdlib/stats-base-dists-normal-quantile');
const cdf = require('@stdlib/stats-base-dists-normal-cdf');
const erfcinv = require('@stdlib/math-base-special-erfcinv');
const { jStat } = require('jstat');

function line(x, ...values) {
  console.log([String(x).padEnd(5), ...values.map((value) => String(value).padEnd(21))].join(' ').trim());
}
line('x', '@stdlib quantile', 'erfcinv', 'jstat inv');
const rows = [-5, -7, -8, -9, -20].map((x) => {
  const p = cdf(x, 0, 1);
  const row = { x, direct: quantile(p, 0, 1), exact: -Math.SQRT2 * erfcinv(2 * p), jstat: jStat.normal.inv(p, 0, 1) };
  line(x, row.direct, row.exact, row.jstat);
  return row;
});

const off = (value, { x }) => Math.abs(value - x);
const holds =
  rows.every((row) => off(row.exact, row) < 1e-9) && // this also shows that cdf is right
  off(rows[2].direct, rows[2]) > 1e-3 &&
  rows.slice(3).every((row) => row.direct === -Infinity && off(row.jstat, row) > 0.01) &&
  jStat.normal.cdf(-10, 0, 1) === 0;
if (!holds) throw new Error('CHANGED: a tail quantile is better or worse than it was');
JS
node "$T/check.js"
