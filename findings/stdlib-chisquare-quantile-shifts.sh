#!/usr/bin/env bash
# The chi-square quantile of @stdlib jumps to a wrong value from about 1,850 degrees of freedom on, the gamma quantile
# from a shape of half as much.
#
# Tried on 2026-11-30 with @stdlib/stats-base-dists-chisquare 0.2.2, @stdlib/stats-base-dists-gamma 0.2.2 and jstat
# 1.9.6 (npm) on Node 20.20.
#
# Promise: the README says that quantile(p, k) is the quantile at p for k degrees of freedom, and names no upper bound
# of k. The package below it finds the x at which the incomplete gamma function is p.
# Behaviour: the distribution function of the quantile, by @stdlib itself, is p up to 1,800 degrees. From 1,850 on the
# quantiles above some p are too high, those at the jump the most. The median of 4,000 degrees lies above the mean,
# which cannot be. More degrees do not help. Nothing reports an error, and the quantile of jstat is right.
# Output seen (distribution function of the quantile at p = 0.1, 0.3, 0.5, 0.7 and 0.9, and where it is worst among
# 0.001, 0.002 ... 0.999; wrong: more than 0.0001 off):
#   1500 degrees: @stdlib 0.1000 0.3000 0.5000 0.7000 0.9000, at 0.548 0.5480, wrong at 0 of 999; jstat 0.1000 0.3000 0.5000 0.7000 0.9000
#   2000 degrees: @stdlib 0.1000 0.3000 0.5000 0.7059 0.9015, at 0.505 0.5171, wrong at 486 of 999; jstat 0.1000 0.3000 0.5000 0.7000 0.9000
#   2500 degrees: @stdlib 0.1342 0.3195 0.5110 0.7053 0.9013, at 0.078 0.1147, wrong at 912 of 999; jstat 0.1000 0.3000 0.5000 0.7000 0.9000
#   4000 degrees: @stdlib 0.1000 0.3155 0.5088 0.7042 0.9010, at 0.132 0.1569, wrong at 855 of 999; jstat 0.1000 0.3000 0.5000 0.7000 0.9000
#   10000 degrees: @stdlib 0.1000 0.3099 0.5056 0.7027 0.9007, at 0.241 0.2527, wrong at 740 of 999; jstat 0.1000 0.3000 0.5000 0.7000 0.9000
#   100000 degrees: @stdlib 0.1000 0.3000 0.5018 0.7008 0.9002, at 0.413 0.4153, wrong at 534 of 999; jstat 0.1000 0.3000 0.5000 0.7000 0.9000
#   median of 4000 degrees: @stdlib 4001.30, jstat 3999.33; of a gamma of shape 2000: @stdlib 2000.65
#
# Why it matters: a check of volatility over 2,500 returns that should raise an alarm in 10 % of all cases raises it in
# 13.4 %. The one-minute returns of one day, 1,440, are below the jump, and those of two days are above it, so a check
# that was tested with a day is wrong over a week. The limits of a rate that was counted over 1,000 events use the same
# quantiles. Search the root of the distribution function instead, or use jstat.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @stdlib/stats-base-dists-chisquare@0.2.2 \
  @stdlib/stats-base-dists-gamma@0.2.2 jstat@1.9.6 || exit 2
cat >"$T/check.js" <<'JS'
const chisquare = require('@stdlib/stats-base-dists-chisquare');
const gamma = require('@stdlib/stats-base-dists-gamma');
const { jStat } = require('jstat');

const SHOWN = [0.1, 0.3, 0.5, 0.7, 0.9];
const GRID = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000);

function measure(degrees) {
  const cdfs = (quantile) => SHOWN.map((p) => chisquare.cdf(quantile(p), degrees));
  const own = (p) => chisquare.quantile(p, degrees);
  const jstat = cdfs((p) => jStat.chisquare.inv(p, degrees));
  const error = (p) => Math.abs(chisquare.cdf(own(p), degrees) - p);
  const worst = GRID.reduce((a, b) => (error(b) > error(a) ? b : a));
  const wrong = GRID.filter((p) => error(p) > 1e-4).length;
  const show = (values) => values.map((value) => value.toFixed(4)).join(' ');
  console.log(`${degrees} degrees: @stdlib ${show(cdfs(own))}, at ${worst} ${chisquare.cdf(own(worst), degrees).toFixed(4)}, wrong at ${wrong} of 999; jstat ${show(jstat)}`);
  return { wrong, error: error(worst), jstat: Math.max(...SHOWN.map((p, i) => Math.abs(jstat[i] - p))) };
}
const [small, ...large] = [1500, 2000, 2500, 4000, 10000, 100000].map(measure);
const [median, exact] = [chisquare.quantile(0.5, 4000), jStat.chisquare.inv(0.5, 4000)];
console.log(`median of 4000 degrees: @stdlib ${median.toFixed(2)}, jstat ${exact.toFixed(2)}; of a gamma of shape 2000: @stdlib ${gamma.quantile(0.5, 2000, 1).toFixed(2)}`);
if (small.wrong > 0 || [small, ...large].some(({ jstat }) => jstat > 1e-5)) throw new Error('the comparison is wrong');
if (large.some(({ error, wrong }) => error < 1e-3 || wrong < 100)) throw new Error('CHANGED: the quantiles are right');
JS
node "$T/check.js"
