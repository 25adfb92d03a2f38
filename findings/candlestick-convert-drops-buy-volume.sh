#!/usr/bin/env bash
# candlestick-convert leaves the first trade of each candle out of the buy volume, so balanced trading looks like
# selling.
#
# Tried on 2026-11-30 with candlestick-convert 7.0.0 (npm) on Node 20.20.
#
# Promise: the README lists batchTradeToExtCandle, which makes candles from trades, and gives them a buy volume, a
# number of trades `tx` and a number of buys `buyTx`. It names no exception.
# Behaviour: the first candle is right. Each later one starts with the volume of its first trade, and with 0 for the
# other three, whatever the side of that trade. A candle of one trade has a volume, no trades and no buys. Its open is
# the close of the candle before, while high and low come from the trades alone, so the open may lie outside of them.
# The functions for trades and ticks also write the start of the candle into the trades that they are given. The same
# trades, batched once more to shorter candles, make candles of the longer time.
# Output seen (20,000 trades, each a buy or a sale by the toss of a coin, in candles of one minute):
#   50 trades a minute: 49.8 % of the volume bought, candles say 48.8 %, 57.5 % of the candles were mostly sold;
#     2.0 % of the trades not counted; open outside of high and low 15.1 %
#   5 trades a minute: 50.0 % of the volume bought, candles say 40.2 %, 70.3 % of the candles were mostly sold;
#     20.0 % of the trades not counted; open outside of high and low 53.1 %
#   1 trades a minute: 49.6 % of the volume bought, candles say 18.2 %, 89.5 % of the candles were mostly sold;
#     63.1 % of the trades not counted; open outside of high and low 87.6 %
#   one-minute candles of the same trades: 3997, after a call for five-minute candles 804
#
# Why it matters: the share of buys is used as a signal, and here it grows with the number of trades, so a lively market
# looks bought and a quiet one sold. A test with one candle passes. Build candles from copies of the trades, and count
# buys in one's own code.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts candlestick-convert@7.0.0 || exit 2
cat >"$T/check.js" <<'JS'
const { batchTicksToCandle, batchTradeToExtCandle, TradeSide } = require('candlestick-convert');

const [TRADES, MINUTE, START] = [20_000, 60_000, Date.UTC(2026, 10, 30)];
let seed = 5;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
const sum = (values) => values.reduce((a, b) => a + b, 0);

function makeTrades(perMinute) {
  let [time, price] = [START, 100];
  return Array.from({ length: TRADES }, () => {
    time += -Math.log(1 - random()) * (MINUTE / perMinute);
    price *= 1 + (random() - 0.5) / 1000;
    return { time, price, quantity: 1 + random(), side: random() < 0.5 ? TradeSide.BUY : TradeSide.SELL };
  });
}
const copy = (trades) => trades.map((trade) => ({ ...trade }));
const percent = (share) => `${(share * 100).toFixed(1)} %`;

function measure(perMinute) {
  const trades = makeTrades(perMinute);
  const bought = sum(trades.filter(({ side }) => side === TradeSide.BUY).map(({ quantity }) => quantity)) / sum(trades.map(({ quantity }) => quantity));
  const candles = batchTradeToExtCandle(copy(trades), 60, true);
  const shown = sum(candles.map(({ buyVolume }) => buyVolume)) / sum(candles.map(({ volume }) => volume));
  const selling = candles.filter(({ volume, buyVolume }) => buyVolume < volume / 2).length / candles.length;
  const missing = 1 - sum(candles.map(({ tx }) => tx)) / TRADES;
  const outside = candles.filter(({ open, high, low }) => open > high || open < low).length / candles.length;
  console.log(
    `${perMinute} trades a minute: ${percent(bought)} of the volume bought, candles say ${percent(shown)}, ${percent(selling)} of the candles were mostly sold;\n `,
    `${percent(missing)} of the trades not counted; open outside of high and low ${percent(outside)}`,
  );
  return { bought, shown, missing, first: candles[0] };
}
const results = [50, 5, 1].map(measure);

const trades = makeTrades(5);
const fresh = batchTicksToCandle(copy(trades), 60, true).length;
batchTicksToCandle(trades, 300, true);
const again = batchTicksToCandle(trades, 60, true).length;
console.log(`one-minute candles of the same trades: ${fresh}, after a call for five-minute candles ${again}`);
if (results.some(({ bought, first }) => Math.abs(bought - 0.5) > 0.02 || first.tx === 0)) throw new Error('the comparison is wrong');
if (results.some(({ bought, shown, missing }) => shown > bought - 0.005 || missing < 0.01)) throw new Error('CHANGED: the first trade counts');
if (again === fresh) throw new Error('CHANGED: the trades are left as they are');
JS
node "$T/check.js"
