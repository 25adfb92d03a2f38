#!/usr/bin/env bash
# The package arima forecasts a price of 0 when the model is a random walk, and its automatic mode chooses this model
# for three of four random walks.
#
# Tried on 2026-11-30 with arima 0.2.8 (npm) on Node 20.20.
#
# Promise: the options p, d and q are the orders of the model. Only negative orders are refused. predict() returns the
# predictions and their mean square errors. The README says that `auto: true` may be inaccurate for certain data, and
# advises to set the orders by hand then.
# Behaviour: with p = 0, q = 0 and d = 1 or 2 the first predictions are 0. The later ones and the errors are the oldest
# prices of the series. With p or q above 0 the results are right. The automatic mode fits well: for a random walk it
# mostly picks the orders 0, 1, 0, as `verbose` shows. Then predict() returns 0 for them. To set these orders by hand
# gives 0 too. Nothing throws, and the log says "Probable Success".
# Output seen (40 random walks of 200 prices for each line; a forecast is wrong if it is more than 20 steps away from
# the last price; exact: the variance of the steps, once for each step ahead):
#   last price 92.73, orders 0,1,0: forecast 0.00 0.00 0.00 101.61 101.53, errors 101.63 101.41 100.83 100.07 99.08; exact errors 1.11 2.22 3.33 4.44 5.55
#   orders 0,1,0 and 0,2,0: 40 and 40 of 40 wrong
#   orders 1,1,0 and 0,1,1: 0 and 0 of 40 wrong
#   auto, steps of 1 from 100: 30 of 40 wrong
#   auto, steps of 300 from 60000: 30 of 40 wrong
#   auto, steps of 0.003 from 1.1: 30 of 40 wrong
#
# Why it matters: the random walk is the usual model of a price and the baseline that others must beat. A forecast of 0
# is a signal to sell everything, and against it every other model looks good. Tests of trends and cycles do not show
# it, as their orders are higher. Do not pass p = q = 0: the forecast of the orders 0, 1, 0 is the last price. With
# `auto`, discard forecasts far from the last price.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts arima@0.2.8 || exit 2
cat >"$T/check.js" <<'JS'
// The library prints warnings about single fits.
const print = console.log;
console.log = console.warn = console.error = () => {};
const ARIMA = require('arima');

const [COUNT, LENGTH, AHEAD] = [40, 200, 5];
let seed;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
function walks(start, step) {
  seed = 11;
  return Array.from({ length: COUNT }, () => {
    const prices = [start];
    while (prices.length < LENGTH) prices.push(prices.at(-1) + step * normal());
    return prices;
  });
}
function forecast(prices, options) {
  const model = new ARIMA({ verbose: false, ...options }).train(prices);
  const [values, errors] = model.predict(AHEAD);
  model.destroy();
  return { values, errors };
}
const orders = (p, d, q) => ({ p, d, q });
const far = (prices, value, step) => !(Math.abs(value - prices.at(-1)) < 20 * step);
const wrong = (start, step, options) =>
  walks(start, step).filter((prices) => far(prices, forecast(prices, options).values[0], step)).length;
const texts = (numbers) => numbers.map((number) => number.toFixed(2)).join(' ');

const [prices] = walks(100, 1);
const shown = forecast(prices, orders(0, 1, 0));
const changes = prices.slice(1).map((price, i) => price - prices[i]);
const variance = changes.reduce((sum, change) => sum + change ** 2, 0) / changes.length;
const exact = Array.from({ length: AHEAD }, (_, i) => (i + 1) * variance);
print(`last price ${texts([prices.at(-1)])}, orders 0,1,0: forecast ${texts(shown.values)}, errors ${texts(shown.errors)}; exact errors ${texts(exact)}`);
const [one, two] = [orders(0, 1, 0), orders(0, 2, 0)].map((options) => wrong(100, 1, options));
print(`orders 0,1,0 and 0,2,0: ${one} and ${two} of ${COUNT} wrong`);
const [ar, ma] = [orders(1, 1, 0), orders(0, 1, 1)].map((options) => wrong(100, 1, options));
print(`orders 1,1,0 and 0,1,1: ${ar} and ${ma} of ${COUNT} wrong`);
const auto = [[100, 1], [60_000, 300], [1.1, 0.003]].map(([start, step]) => {
  const count = wrong(start, step, { auto: true });
  print(`auto, steps of ${step} from ${start}: ${count} of ${COUNT} wrong`);
  return count;
});
if (ar + ma > 0) throw new Error('CHANGED: other orders are wrong too');
if (one < COUNT || two < COUNT) throw new Error('CHANGED: a random walk is forecast');
if (Math.min(...auto) < COUNT / 4) throw new Error('CHANGED: the automatic mode forecasts random walks');
JS
node "$T/check.js"
