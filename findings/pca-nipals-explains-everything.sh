#!/usr/bin/env bash
# With the method NIPALS, ml-pca says that two factors explain all of the variance of 20 assets. They explain 56 %. The
# volatilities of these factors are 22 times too high for 500 days.
#
# Tried on 2026-11-30 with ml-pca 4.1.1 and ml-matrix 6.15.1 (npm) on Node 20.20.
#
# Promise: the option `method` selects how the components are computed: SVD, covarianceMatrix or NIPALS, with two
# components by default. By the types getExplainedVariance() is the proportion of variance of each component,
# getStandardDeviations() the standard deviations of the components, getEigenvectors() those of the covariance matrix.
# Behaviour: with NIPALS the eigenvalues are sums of squares and not divided by the number of rows minus one. So a
# standard deviation grows with the square root of the number of rows. The proportions refer to the sum over the
# computed components in place of the whole variance. They and getCumulativeVariance() always end at 1. The directions
# are right, and so are all results of the two other methods.
# Output seen (daily returns of 20 assets with a market factor of 1 % and a sector factor of 0.6 % a day):
#   60 days: explained 84.7 + 15.3 %, exact 46.8 + 8.4; volatility of the first factor 35.7 %, exact 4.64, SVD 4.64
#   250 days: explained 88.5 + 11.5 %, exact 49.5 + 6.5; volatility of the first factor 77.3 %, exact 4.90, SVD 4.90
#   500 days: explained 88.2 + 11.8 %, exact 49.2 + 6.6; volatility of the first factor 110.3 %, exact 4.94, SVD 4.94
#   500 days, five components: explained 70.3 + 9.4 + 8.7 + 7.8 + 3.8 %, exact 49.2 + 6.6 + 6.1 + 5.4 + 2.7
#   1000 days: explained 88.9 + 11.1 %, exact 48.9 + 6.1; volatility of the first factor 152.7 %, exact 4.83, SVD 4.83
#
# Why it matters: one chooses NIPALS to compute a few factors of many assets, and then reads how much they explain and
# how much risk they carry. Here the specific risk seems to be 0, so a hedge of two factors looks complete. The risk of
# the factors depends on the length of the history: 16 times too high for a year of days, 32 times for four years. Use
# SVD and take its first components. With NIPALS divide the eigenvalues by rows - 1, and for the proportions by the sum
# of the variances of all columns.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts ml-pca@4.1.1 ml-matrix@6.15.1 || exit 2
cat >"$T/check.js" <<'JS'
const { PCA } = require('ml-pca');

const ASSETS = 20;
const SECTORS = 4;
let seed = 11;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
function history(days) {
  const betas = Array.from({ length: ASSETS }, () => 0.6 + 0.8 * random());
  return Array.from({ length: days }, () => {
    const market = 0.01 * normal();
    const sectors = Array.from({ length: SECTORS }, () => 0.006 * normal());
    return betas.map((beta, i) => beta * market + sectors[i % SECTORS] + 0.01 * normal());
  });
}
/** Eigenvalues of the covariance matrix by power iteration, and its trace. */
function exact(rows, count) {
  const means = rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
  const centered = rows.map((row) => row.map((value, i) => value - means[i]));
  const matrix = means.map((_, i) => means.map((_, j) => centered.reduce((sum, row) => sum + row[i] * row[j], 0) / (rows.length - 1)));
  const trace = matrix.reduce((sum, row, i) => sum + row[i], 0);
  const factors = [];
  for (let k = 0; k < count; k++) {
    let vector = means.map(() => normal());
    let value = 0;
    for (let step = 0; step < 3000; step++) {
      const next = matrix.map((row) => row.reduce((sum, entry, j) => sum + entry * vector[j], 0));
      value = Math.hypot(...next);
      vector = next.map((entry) => entry / value);
    }
    matrix.forEach((row, i) => row.forEach((_, j) => (row[j] -= value * vector[i] * vector[j])));
    factors.push({ value, vector });
  }
  return { factors, trace };
}
const near = (a, b) => Math.abs(a / b - 1) < 1e-3;
const list = (values, digits) => values.map((value) => (100 * value).toFixed(digits)).join(' + ');
let holds = true;
for (const days of [60, 250, 500, 1000]) {
  const rows = history(days);
  const { factors, trace } = exact(rows, 2);
  const part = factors.map(({ value }) => value / trace);
  const risk = Math.sqrt(factors[0].value);
  const [svd, covariance] = ['SVD', 'covarianceMatrix'].map((method) => new PCA(rows, { method }));
  for (const pca of [svd, covariance]) {
    if (!near(pca.getExplainedVariance()[0], part[0]) || !near(pca.getStandardDeviations()[0], risk)) throw new Error('the comparison is wrong');
  }
  const nipals = new PCA(rows, { method: 'NIPALS' });
  const first = nipals.getEigenvectors().getColumn(0);
  const cosine = Math.abs(first.reduce((sum, entry, i) => sum + entry * factors[0].vector[i], 0));
  const [seen, volatility] = [nipals.getExplainedVariance(), nipals.getStandardDeviations()[0]];
  console.log(
    `${days} days: explained ${list(seen, 1)} %, exact ${list(part, 1)}; volatility of the first factor ${(100 * volatility).toFixed(1)} %, ` +
      `exact ${(100 * risk).toFixed(2)}, SVD ${(100 * svd.getStandardDeviations()[0]).toFixed(2)}`,
  );
  const five = new PCA(rows, { method: 'NIPALS', nCompNIPALS: 5 }).getExplainedVariance();
  if (days === 500) console.log(`500 days, five components: explained ${list(five, 1)} %, exact ${list(exact(rows, 5).factors.map(({ value }) => value / trace), 1)}`);
  if (cosine < 0.9999) throw new Error('the comparison is wrong');
  holds &&= near(seen[0] + seen[1], 1) && near(volatility / risk, Math.sqrt(days - 1));
}
if (!holds) throw new Error('CHANGED: NIPALS has other proportions or standard deviations');
JS
node "$T/check.js"
