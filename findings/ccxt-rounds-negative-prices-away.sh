#!/usr/bin/env bash
# ccxt rounds each negative price that is off its tick to the next tick away from zero: -100.01 becomes -100.5.
#
# Tried on 2026-11-30 with ccxt 4.5.84 and bignumber.js 11.1.5 (npm) on Node 20.20.
#
# Promise: ROUND goes to the nearest step (ccxt issue 2407), and TICK_SIZE makes the result a multiple of the tick.
# Nothing excludes negative numbers: ccxt accepts and tests them.
# Behaviour: the code takes the remainder of the price by the tick and compares it with half a tick. The remainder of a
# negative price is negative, so the comparison is never true and the code always subtracts a whole tick.
# priceToPrecision() and feeToPrecision() use this path. TRUNCATE, and ROUND to decimal places, are right for negative
# numbers. For positive prices ROUND is right while the tick has at most 8 decimals. The code cuts the remainder to 8
# decimals, so prices on a tick of 0.0000000025 mostly are no multiple of the tick.
# Output seen (3,000 prices each; wrong: another tick than the nearest, as bignumber.js finds it):
#   priceToPrecision, tick 0.5: 100.01 -> 100, 100.3 -> 100.5, -100.01 -> -100.5, -100.3 -> -100.5
#   tick 0.5: positive 0 wrong, negative 1496 wrong; truncated 0 wrong
#   tick 0.05: positive 0 wrong, negative 1567 wrong; truncated 0 wrong
#   tick 10: positive 0 wrong, negative 1534 wrong; truncated 0 wrong
#   tick 0.0000000025: positive 2872 wrong, negative 2872 wrong; truncated 0 wrong
#
# Why it matters: calendar spreads, funding and basis quote below zero, and power and oil have done so. A bid of -100.01
# goes out a tick too low, an offer a tick too cheap, and half of all prices between two ticks are one tick off. Tests
# with positive prices, or with negative ones that are half a tick off, pass. Round the absolute value, then restore the
# sign.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts ccxt@4.5.84 bignumber.js@11.1.5 || exit 2
cat >"$T/check.js" <<'JS'
const ccxt = require('ccxt');
const { BigNumber } = require('bignumber.js');

const { NO_PADDING, ROUND, TICK_SIZE, TRUNCATE } = ccxt;
BigNumber.config({ DECIMAL_PLACES: 40, EXPONENTIAL_AT: 40 });
let seed = 5;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;

const exchange = new ccxt.Exchange();
exchange.setMarkets([{ id: 'spread', symbol: 'SPREAD', base: 'A', quote: 'B', precision: { price: 0.5, amount: 1 } }]);
exchange.precisionMode = TICK_SIZE;
const shown = [100.01, 100.3, -100.01, -100.3].map((price) => [price, exchange.priceToPrecision('SPREAD', price)]);
console.log(`priceToPrecision, tick 0.5: ${shown.map((pair) => pair.join(' -> ')).join(', ')}`);

const right = { [ROUND]: BigNumber.ROUND_HALF_UP, [TRUNCATE]: BigNumber.ROUND_DOWN };
const isWrong = (price, tick, mode) =>
  !new BigNumber(price).div(tick).integerValue(right[mode]).times(tick).eq(ccxt.decimalToPrecision(price, mode, Number(tick), TICK_SIZE, NO_PADDING));

function measure(tick) {
  // 1 to 1,000 ticks, with three digits behind the tick
  const prices = Array.from({ length: 3000 }, () => new BigNumber(1000 ** random()).decimalPlaces(3).times(tick).toFixed());
  const count = (sign, mode) => prices.filter((price) => isWrong(sign + price, tick, mode)).length;
  const result = { positive: count('', ROUND), negative: count('-', ROUND), truncated: count('', TRUNCATE) + count('-', TRUNCATE) };
  console.log(`tick ${tick}: positive ${result.positive} wrong, negative ${result.negative} wrong; truncated ${result.truncated} wrong`);
  return result;
}
const ordinary = ['0.5', '0.05', '10'].map(measure);
const fine = measure('0.0000000025');
if (ordinary.some(({ positive, truncated }) => positive + truncated > 0)) throw new Error('the comparison is wrong');
if (ordinary.some(({ negative }) => negative < 1000) || shown[2][1] !== '-100.5') throw new Error('CHANGED: negative prices go to the nearest tick');
if (fine.positive < 1000) throw new Error('CHANGED: prices on a fine tick are right');
JS
node "$T/check.js"
