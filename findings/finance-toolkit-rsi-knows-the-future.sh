#!/usr/bin/env bash
# The first 13 values of a 14-period RSI of @railpath/finance-toolkit use later prices, so a backtest predicts a coin
# toss.
#
# Tried on 2026-11-30 with @railpath/finance-toolkit 0.5.4 and technicalindicators 3.1.0 (npm) on Node 20.20.
#
# Promise: the documentation of calculateRSI says that RSI[i] corresponds to prices[i + 1], and the result has an array
# `indices` that says so for each value. By Wilder's definition the first RSI of 14 periods needs 14 changes, so it
# belongs to the 15th price.
# Behaviour: the function returns this first RSI for prices 2 to 14 as well. Each of these is thus the average over a
# window that ends up to 13 candles later. From the 15th price on the values are right. SMA, Bollinger bands, Stochastic
# and Williams %R of the package begin where their first window is full.
# Output seen (2,000 random walks of 60 candles; one trade per candle, long above an RSI of 50 and short below it):
#   prices 1 to 6 equal, the rest rises or falls: RSI at price 6 is 81 or 38; technicalindicators has none
#   at prices 2 to 14: 60.5 % of 26000 trades win, mean 0.209 of a move
#   at prices 15 to 59: 49.9 % of 90000 trades win, mean -0.001 of a move
#   technicalindicators, first value at price 15: worst difference from there on 0.005
#
# Why it matters: a backtest over single days or sessions starts the RSI anew in each of them. With 60 candles more than
# a fifth of its trades then know the future, and a strategy without any merit shows a profit. A live service reads the
# last value alone, which is right, so the two never agree. Drop the first `period - 1` values.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @railpath/finance-toolkit@0.5.4 \
  technicalindicators@3.1.0 || exit 2
cat >"$T/check.js" <<'JS'
const { calculateRSI } = require('@railpath/finance-toolkit');
const { RSI } = require('technicalindicators');

const [WALKS, CANDLES, period] = [2000, 60, 14];
let seed = 5;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
/** The RSI by price number, 1 being the first price, as `indices` says. */
function byPrice(prices) {
  const { rsi, indices } = calculateRSI({ prices, period });
  return new Map(rsi.map((value, i) => [indices[i] + 1, value]));
}
const start = [100, 101, 100, 102, 101, 102];
const continued = (step) => [...start, ...Array.from({ length: 20 }, (_, i) => 102 + step * (i + 1))];
const [risen, fallen] = [0.5, -0.5].map((step) => Math.round(byPrice(continued(step)).get(6)));
const known = RSI.calculate({ values: start, period }).length;
console.log(`prices 1 to 6 equal, the rest rises or falls: RSI at price 6 is ${risen} or ${fallen}; technicalindicators has ${known || 'none'}`);

const early = { trades: 0, wins: 0, sum: 0 };
const late = { trades: 0, wins: 0, sum: 0 };
let worst = 0;
for (let walk = 0; walk < WALKS; walk++) {
  let price = 100;
  const prices = Array.from({ length: CANDLES }, () => (price += random() < 0.5 ? -0.1 : 0.1));
  const rsi = byPrice(prices);
  for (let number = 2; number < CANDLES; number++) {
    const move = (prices[number] - prices[number - 1]) * 10; // to the next price: 1 or -1
    const gain = rsi.get(number) > 50 ? move : -move;
    const group = number <= period ? early : late;
    group.trades += 1;
    group.sum += gain;
    if (gain > 0) group.wins += 1;
  }
  RSI.calculate({ values: prices, period }).forEach((value, i) => (worst = Math.max(worst, Math.abs(value - rsi.get(period + 1 + i)))));
}
const share = ({ wins, trades }) => (wins / trades) * 100;
for (const [label, group] of [[`2 to ${period}`, early], [`${period + 1} to ${CANDLES - 1}`, late]])
  console.log(`at prices ${label}: ${share(group).toFixed(1)} % of ${group.trades} trades win, mean ${(group.sum / group.trades).toFixed(3)} of a move`);
console.log(`technicalindicators, first value at price ${period + 1}: worst difference from there on ${worst.toFixed(3)}`);
if (Math.abs(share(late) - 50) > 1 || worst > 0.0051) throw new Error('the comparison is wrong');
if (share(early) < 53 || risen === fallen) throw new Error('CHANGED: the first values use no later prices');
JS
node "$T/check.js"
