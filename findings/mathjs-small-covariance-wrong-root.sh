#!/usr/bin/env bash
# The matrix square root of mathjs is wrong for a covariance of small returns: 8 % off at deviations of 1e-6, ten times
# at 1e-7.
#
# Tried on 2026-11-30 with mathjs 15.2.0 and ml-matrix 6.15.1 (npm) on Node 20.20.
#
# Promise: the documentation of sqrtm says that X * X is A. It names no limit.
# Behaviour: sqrtm iterates until no element changes by more than 1e-6, whatever the size of the elements. eigs has a
# limit of the same kind: it leaves a symmetric matrix as it is once the elements off the diagonal are below relTol / n,
# so the relative tolerance works as an absolute one. The same covariance in basis points gives the right root. Nothing
# reports an error. inv of the same matrix is right at every scale, and so are the eigenvalues of ml-matrix.
# Output seen (covariance of three assets with deviations of 1 to 3 units; sqrtm error: the largest element of X * X -
# A, as a multiple of the largest of A; the eigenvalues are in units squared):
#   unit 1: sqrtm error 9.9e-17, deviation x 1.00; inv error 0.0e+0; eigenvalues 0.412,3.754,9.835, ml-matrix the same
#   unit 0.0001: sqrtm error 1.9e-10, deviation x 1.00; inv error 2.2e-16; eigenvalues 0.412,3.754,9.835, ml-matrix the same
#   unit 0.00001: sqrtm error 2.1e-4, deviation x 1.00; inv error 2.2e-16; eigenvalues 0.412,3.754,9.835, ml-matrix the same
#   unit 0.000001: sqrtm error 8.2e-2, deviation x 1.04; inv error 1.1e-16; eigenvalues 0.413,3.754,9.833, ml-matrix 0.412,3.754,9.835
#   unit 1e-7: sqrtm error 1.0e+1, deviation x 4.49; inv error 2.2e-16; eigenvalues 1.000,4.000,9.000, ml-matrix 0.412,3.754,9.835
#
# Why it matters: the root of a covariance draws correlated returns for a simulation, or whitens them. Returns over a
# short time, of a stablecoin pair for example, are that small and far inside the range of a double. The simulated
# deviation is then too large, and the eigenvalues are plain variances, as if nothing were correlated. Scale the matrix
# by its largest element first.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts mathjs@15.2.0 ml-matrix@6.15.1 || exit 2
cat >"$T/check.js" <<'JS'
const math = require('mathjs');
const { EigenvalueDecomposition, Matrix } = require('ml-matrix');

// correlations 0.2, 0.4 and 0.7 between deviations of 2, 3 and 1
const BASE = [
  [4, 1.2, 0.8],
  [1.2, 9, 2.1],
  [0.8, 2.1, 1],
];
const largest = (matrix) => math.max(math.abs(matrix));
const error = (product, wanted) => largest(math.subtract(product, wanted)) / largest(wanted);

const rows = [1, 1e-4, 1e-5, 1e-6, 1e-7].map((unit) => {
  const covariance = math.multiply(BASE, unit ** 2);
  const root = math.sqrtm(covariance);
  const eigenvalues = (values) => values.map((value) => value / unit ** 2).sort((a, b) => a - b);
  const exact = eigenvalues(new EigenvalueDecomposition(new Matrix(covariance)).realEigenvalues);
  const found = eigenvalues(math.eigs(covariance).values);
  const row = {
    root: error(math.multiply(root, root), covariance),
    inverse: error(math.multiply(covariance, math.inv(covariance)), math.identity(3).toArray()),
    eigenvalues: Math.max(...found.map((value, i) => Math.abs(value / exact[i] - 1))),
    exact: exact.map((value) => value.toFixed(3)).join(),
  };
  const ratio = math.sqrt(math.trace(math.multiply(root, root)) / math.trace(covariance));
  console.log(
    `unit ${unit}: sqrtm error ${row.root.toExponential(1)}, deviation x ${ratio.toFixed(2)}; inv error ${row.inverse.toExponential(1)};`,
    `eigenvalues ${found.map((value) => value.toFixed(3)).join()}, ml-matrix ${row.exact === found.map((value) => value.toFixed(3)).join() ? 'the same' : row.exact}`,
  );
  return row;
});
if (rows.some(({ inverse, exact }) => inverse > 1e-9 || exact !== rows[0].exact)) throw new Error('the comparison is wrong');
const [one, , , small, smallest] = rows;
const holds = one.root < 1e-12 && small.root > 0.01 && smallest.root > 1 && one.eigenvalues < 1e-9 && smallest.eigenvalues > 0.1;
if (!holds) throw new Error('CHANGED: the square root or the eigenvalues no longer depend on the unit');
JS
node "$T/check.js"
