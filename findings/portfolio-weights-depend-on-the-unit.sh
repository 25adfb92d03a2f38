#!/usr/bin/env bash
# The minimum variance weights of portfolio-allocation sum to 1.34 for returns over a minute, and its most diversified
# portfolio drops the calmest asset.
#
# Tried on 2026-11-30 with portfolio-allocation 0.0.11 (npm) on Node 20.20.
#
# Promise: the documentation of globalMinimumVarianceWeights says "fully invested and long-only" and "the lowest
# volatility among all the feasible portfolios", that of mostDiversifiedWeights the same with the largest
# diversification ratio. Neither names a unit of the covariance, and both portfolios are the same in every unit.
# Behaviour: both are right for returns in percent, and for fractions over a day. Over shorter times two absolute limits
# decide. The minimum variance starts from a solution with a tolerance of 1e-6 in units of the covariance; the
# documented option epsGsmo does not reach this solver. The most diversified portfolio solves a quadratic equation and
# takes a discriminant below 1e-16 for zero. equalRiskContributionWeights is right at every scale. Nothing reports an
# error.
# Output seen (five assets, deviations of 2 to 4 % a day, every correlation 0.7; the ratios compare with the optimum):
#   right: minimum variance 84.6 15.4 0.0 0.0 0.0; most diversified 28.3 22.6 18.8 16.2 14.1
#   percent over a day: minimum variance 84.6 15.4 0.0 0.0 0.0, sum 1.000, variance x 1.000; most diversified 28.3 22.6 18.8 16.2 14.1, diversification x 1.000
#   fractions over a day: minimum variance 84.6 15.4 0.0 0.0 0.0, sum 1.000, variance x 1.000; most diversified 28.3 22.6 18.8 16.2 14.1, diversification x 1.000
#   fractions over an hour: minimum variance 84.6 15.4 0.0 0.0 0.0, sum 1.000, variance x 1.000; most diversified 49.1 25.8 14.1 7.5 3.6, diversification x 0.986
#   fractions over 5 minutes: minimum variance 90.6 20.8 0.0 0.0 0.0, sum 1.114, variance x 1.241; most diversified 0.0 18.2 25.3 27.9 28.5, diversification x 0.986
#   fractions over a minute: minimum variance 98.1 33.4 2.8 0.0 0.0, sum 1.343, variance x 1.829; most diversified 0.0 18.2 25.3 27.9 28.5, diversification x 0.986
#
# Why it matters: a rebalancer that sizes by these weights buys 134 % of its capital, a leverage that nobody asked for.
# The most diversified portfolio drops the calmest asset and holds most of the wildest. A test with returns over a day
# passes. Multiply the covariance so that its largest element is 10 or more; the weights do not depend on the factor.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts portfolio-allocation@0.0.11 || exit 2
cat >"$T/check.js" <<'JS'
const { equalRiskContributionWeights, globalMinimumVarianceWeights, mostDiversifiedWeights } = require('portfolio-allocation');

const DEVIATIONS = [2, 2.5, 3, 3.5, 4]; // percent a day
const CORRELATION = 0.7;
const COVARIANCE = DEVIATIONS.map((a, i) => DEVIATIONS.map((b, j) => a * b * (i === j ? 1 : CORRELATION)));
const sum = (values) => values.reduce((total, value) => total + value, 0);
const dot = (a, b) => sum(a.map((value, i) => value * b[i]));
const slopes = (weights) => COVARIANCE.map((row) => dot(row, weights));
const variance = (weights) => dot(weights, slopes(weights));
const diversification = (weights) => dot(weights, DEVIATIONS) / Math.sqrt(variance(weights));
const show = (weights) => weights.map((weight) => (weight * 100).toFixed(1)).join(' ');
const difference = (a, b) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

// Two assets in closed form; it is the optimum of all five if the other assets have a larger slope.
const [a, b] = DEVIATIONS;
const first = (b * b - CORRELATION * a * b) / (a * a + b * b - 2 * CORRELATION * a * b);
const minimum = [first, 1 - first, 0, 0, 0];
const [held, alsoHeld, ...others] = slopes(minimum);
// With equal correlations the largest diversification has weights of 1 / deviation, and every risk is then equal.
const diversified = DEVIATIONS.map((deviation) => 1 / deviation / sum(DEVIATIONS.map((value) => 1 / value)));
console.log(`right: minimum variance ${show(minimum)}; most diversified ${show(diversified)}`);

function measure(label, unit, perDay) {
  const covariance = COVARIANCE.map((row) => row.map((value) => (value * unit * unit) / perDay));
  const low = globalMinimumVarianceWeights(covariance);
  const tight = globalMinimumVarianceWeights(covariance, { optimizationMethodParams: { epsGsmo: 1e-12 } });
  const most = mostDiversifiedWeights(covariance);
  const row = { total: sum(low), low: difference(low, minimum), tight: difference(tight, low), most: difference(most, diversified) };
  row.equal = difference(equalRiskContributionWeights(covariance), diversified);
  const ratios = [variance(low) / variance(minimum), diversification(most) / diversification(diversified)].map((value) => value.toFixed(3));
  console.log(`${label}: minimum variance ${show(low)}, sum ${row.total.toFixed(3)}, variance x ${ratios[0]}; most diversified ${show(most)}, diversification x ${ratios[1]}`);
  return row;
}
const rows = [
  measure('percent over a day', 1, 1),
  measure('fractions over a day', 0.01, 1),
  measure('fractions over an hour', 0.01, 24),
  measure('fractions over 5 minutes', 0.01, 288),
  measure('fractions over a minute', 0.01, 1440),
];
const optimal = Math.abs(held - alsoHeld) < 1e-9 && others.every((slope) => slope > held);
if (!optimal || rows.some(({ equal }) => equal > 1e-6) || rows[0].low > 1e-6 || rows[0].most > 1e-6) throw new Error('the comparison is wrong');
const [, , hour, fiveMinutes, minute] = rows;
const holds = minute.total > 1.1 && minute.tight < 1e-9 && fiveMinutes.total > 1.05 && fiveMinutes.most > 0.1 && hour.most > 0.1;
if (!holds) throw new Error('CHANGED: the weights no longer depend on the unit');
JS
node "$T/check.js"
