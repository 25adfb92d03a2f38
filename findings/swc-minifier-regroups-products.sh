#!/usr/bin/env bash
# The minifier of swc changes floating-point results: it turns lots * price * 100 * 100 into lots * price * 10000, and
# one in fourteen amounts is rounded up to another cent than in the source.
#
# Tried on 2026-11-30 with @swc/core 1.16.18, esbuild 0.28.2, oxc-minify 0.157.0 and terser 5.51.4 (npm) on Node 20.20.
#
# Promise: a minifier keeps the results of a program. The page of swc.rs on minification lists what it assumes about the
# program, and rounding is not on the list. Its option `unsafe_math` is false by default. The option comes from terser,
# which says that it turns 2 * x * 3 into 6 * x and that results may become imprecise.
# Behaviour: swc multiplies the constants at the end of a product where the new literal is shorter. JavaScript
# multiplies from the left and rounds each time, so the last bit differs. This happens with the default options, with
# `unsafe_math: false` and with `evaluate: false`. swc inserts named constants first, so they do not prevent it. esbuild
# and oxc-minify do not regroup products, and terser does so only with `unsafe_math: true`. swc also computes powers:
# 10 ** -4 becomes 0.0001, where Node 20 computes 0.00009999999999999999.
# Output seen (results that differ from those of the source, of 10,000 inputs for each function):
#   swc writes: cost=(e,t)=>Math.ceil(e*t*1e4), yearly=e=>3*e*36500, time=e=>Math.floor(24*e*36e5), tick=1e-4
#   swc: cost in cents 693, yearly rate 2608, milliseconds 1018
#   swc with unsafe_math and evaluate off: the same numbers
#   swc without compress, esbuild, oxc-minify, terser: 0 in all columns
#   terser with unsafe_math on: cost in cents 693, yearly rate 3599, milliseconds 2001
#   swc, constants in parentheses: cost in cents 0
#   cost(29, 11.32): source 3282800, swc 3282801
#
# Why it matters: tests, backtests and replays run the source, and production runs the bundle. Their amounts differ by a
# cent, and hashes of their results do not match. The last step of a build is the last place to look. Put constants into
# parentheses, as in lots * price * (LOT * CENTS), or minify with `compress: false` or with another tool.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @swc/core@1.16.18 esbuild@0.28.2 \
  oxc-minify@0.157.0 terser@5.51.4 || exit 2
cat >"$T/check.mjs" <<'JS'
import esbuild from 'esbuild';
import { minifySync as oxc } from 'oxc-minify';
import swc from '@swc/core';
import { minify as terser } from 'terser';

const COUNT = 10_000;
const SOURCE = `
const LOT = 100;
const CENTS = 100;
exports.cost = (lots, price) => Math.ceil(lots * price * LOT * CENTS);
exports.yearly = (rate) => rate * 3 * 365 * 100;
exports.time = (days) => Math.floor(days * 24 * 60 * 60 * 1000);
exports.tick = 10 ** -4;
`;
const GROUPED = SOURCE.replace('LOT * CENTS)', '(LOT * CENTS))');

let seed = 3;
const random = (below) => Math.floor(((seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32) * below);
const INPUTS = {
  cost: Array.from({ length: COUNT }, () => [1 + random(50), (1 + random(50_000)) / 100]), // whole lots, whole cents
  yearly: Array.from({ length: COUNT }, () => [(random(20_001) - 10_000) / 1e7]), // a funding rate of eight hours
  time: Array.from({ length: COUNT }, () => [(1 + random(36_500)) / 100]), // hundredths of a day
};
function load(code) {
  const exports = {};
  new Function('exports', code)(exports);
  return exports;
}
const results = (code) => {
  const program = load(code);
  return Object.fromEntries(Object.entries(INPUTS).map(([name, inputs]) => [name, inputs.map((input) => program[name](...input))]));
};
const expected = results(SOURCE);
function differing(code, source = expected) {
  const found = results(code);
  return Object.fromEntries(Object.keys(INPUTS).map((name) => [name, found[name].filter((value, i) => value !== source[name][i]).length]));
}
const show = ({ cost, yearly, time }) => `cost in cents ${cost}, yearly rate ${yearly}, milliseconds ${time}`;

const bundle = swc.minifySync(SOURCE, { compress: true, mangle: true }).code;
const minified = {
  swc: bundle,
  'swc with unsafe_math and evaluate off': swc.minifySync(SOURCE, { compress: { unsafe_math: false, evaluate: false }, mangle: true }).code,
  'swc without compress': swc.minifySync(SOURCE, { compress: false, mangle: true }).code,
  esbuild: esbuild.transformSync(SOURCE, { minify: true }).code,
  'oxc-minify': oxc('a.cjs', SOURCE).code,
  terser: (await terser(SOURCE)).code,
  'terser with unsafe_math on': (await terser(SOURCE, { compress: { unsafe_math: true } })).code,
};
console.log(`swc writes: ${bundle.trim()}`);
const counts = {};
for (const [name, code] of Object.entries(minified)) {
  counts[name] = differing(code);
  console.log(`${name}: ${show(counts[name])}`);
}
const grouped = differing(swc.minifySync(GROUPED, { compress: true, mangle: true }).code, results(GROUPED)).cost;
console.log(`swc, constants in parentheses: cost in cents ${grouped}`);
const i = INPUTS.cost.findIndex((input) => load(bundle).cost(...input) !== load(SOURCE).cost(...input));
console.log(`cost(${INPUTS.cost[i].join(', ')}): source ${load(SOURCE).cost(...INPUTS.cost[i])}, swc ${load(bundle).cost(...INPUTS.cost[i])}`);
console.log(`10 ** -4: source ${load(SOURCE).tick} on Node ${process.versions.node}, swc ${load(bundle).tick}`);

const same = ({ cost, yearly, time }) => cost + yearly + time === 0;
const exact = ['swc without compress', 'esbuild', 'oxc-minify', 'terser'].every((name) => same(counts[name]));
if (!exact || grouped > 0) throw new Error('the comparison is wrong');
if (same(counts['terser with unsafe_math on'])) throw new Error('the comparison sees nothing');
for (const name of ['swc', 'swc with unsafe_math and evaluate off']) {
  const { cost, yearly, time } = counts[name];
  if (Math.min(cost, yearly, time) < COUNT / 100) throw new Error(`CHANGED: ${name} keeps the results`);
}
JS
node "$T/check.mjs"
