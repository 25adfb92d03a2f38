#!/usr/bin/env bash
# Aroon Up and Aroon Down of indicatorts are both 100 while a price falls every day, so its strategy never sells. On a
# random walk the strategy takes the opposite action at a third of all candles.
#
# Tried on 2026-11-30 with indicatorts 2.2.2 and trading-signals 8.3.0 (npm) on Node 20.20.
#
# Promise: the types of aroon() define Aroon Up as (25 - periods since the last 25-period high) / 25 * 100, and Aroon
# Down by the low. Up above Down is bullish, Down above Up bearish. aroonStrategy() buys in the first case and sells in
# the second.
# Behaviour: aroon() takes the highest price of each window and counts the candles since that number last changed. The
# number also changes when the old high leaves the window and a lower one takes its place. Aroon Up then jumps to 100,
# though that high is up to 24 candles old. In a steady fall this happens at every candle. Aroon Down does the same in a
# rise.
# Output seen (last value or action of 60 candles; then 20,000 candles of a random walk without the first 25):
#   falls by 5 a day: up 100, down 100, HOLD; exact up 4, down 100, SELL
#   rises by 5 a day: up 100, down 100, HOLD; exact up 100, down 4, BUY
#   random walk: Aroon Up is wrong at 7281 of 19975 candles, and 100 at 2283 of them without a new high
#   action against the exact one: opposite 6510, HOLD on one side only 1303, same 12162
#   trading-signals against the exact one: opposite 0, HOLD on one side only 0, same 19975
#
# Why it matters: a trend follower that waits for Aroon stays out of the steadiest trends. In others it buys what falls,
# as soon as the last high is 25 candles old. A backtest with the package measures another rule under the name of Aroon.
# Use Aroon of trading-signals. Its interval of n looks at n + 1 candles.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts indicatorts@2.2.2 trading-signals@8.3.0 || exit 2
cat >"$T/check.mjs" <<'JS'
import { createRequire } from 'node:module';
import { Aroon } from 'trading-signals';
const { Action, aroon, aroonStrategy } = createRequire(import.meta.url)('indicatorts');

const PERIOD = 25;
const NAMES = { [Action.BUY]: 'BUY', [Action.SELL]: 'SELL', [Action.HOLD]: 'HOLD' };
/** Candles since the last extreme of the window that ends at `end`. */
function since(prices, end, best) {
  const window = prices.slice(end - PERIOD + 1, end + 1);
  return PERIOD - 1 - window.lastIndexOf(best(...window));
}
const percent = (candles) => Math.round(((PERIOD - candles) / PERIOD) * 100);
const action = (up, down) => (up > down ? Action.BUY : up < down ? Action.SELL : Action.HOLD);
function trend(step) {
  const middle = Array.from({ length: 60 }, (_, i) => 1000 + step * i);
  const [highs, lows] = [middle.map((price) => price + 2), middle.map((price) => price - 2)];
  const seen = aroon(highs, lows);
  const exact = { up: percent(since(highs, 59, Math.max)), down: percent(since(lows, 59, Math.min)) };
  const last = aroonStrategy({ highs, lows }).at(-1);
  console.log(
    `${step < 0 ? 'falls' : 'rises'} by 5 a day: up ${seen.up.at(-1)}, down ${seen.down.at(-1)}, ${NAMES[last]}; ` +
      `exact up ${exact.up}, down ${exact.down}, ${NAMES[action(exact.up, exact.down)]}`,
  );
  return last === Action.HOLD && seen.up.at(-1) === 100 && seen.down.at(-1) === 100;
}
const trends = [trend(-5), trend(5)];

let seed = 3;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const [highs, lows] = [[], []];
let price = 100;
for (let i = 0; i < 20000; i++) {
  price *= Math.exp(0.01 * normal());
  highs.push(price * (1 + 0.003 * random()));
  lows.push(price * (1 - 0.003 * random()));
}
const seen = aroon(highs, lows);
const actions = aroonStrategy({ highs, lows });
const other = new Aroon(PERIOD - 1);
const counts = { wrong: 0, jumps: 0, total: 0 };
const tally = () => ({ opposite: 0, hold: 0, same: 0 });
const [mine, theirs] = [tally(), tally()];
function compare(row, found, exact) {
  if (found === exact) row.same += 1;
  else if (found === -exact) row.opposite += 1;
  else row.hold += 1;
}
for (let i = 0; i < highs.length; i++) {
  const result = other.add({ high: highs[i], low: lows[i] });
  if (i < PERIOD) continue;
  const [high, low] = [since(highs, i, Math.max), since(lows, i, Math.min)];
  const exact = action(percent(high), percent(low));
  counts.total += 1;
  if (Math.round(seen.up[i]) !== percent(high)) counts.wrong += 1;
  if (seen.up[i] === 100 && high > 0) counts.jumps += 1;
  compare(mine, actions[i], exact);
  compare(theirs, action(result.aroonUp, result.aroonDown), exact);
}
console.log(`random walk: Aroon Up is wrong at ${counts.wrong} of ${counts.total} candles, and 100 at ${counts.jumps} of them without a new high`);
const text = ({ opposite, hold, same }) => `opposite ${opposite}, HOLD on one side only ${hold}, same ${same}`;
console.log(`action against the exact one: ${text(mine)}`);
console.log(`trading-signals against the exact one: ${text(theirs)}`);
if (theirs.same !== counts.total) throw new Error('the comparison is wrong');
if (!trends.every(Boolean)) throw new Error('CHANGED: the Aroon of a steady trend differs');
if (mine.opposite < counts.total / 4 || counts.jumps < counts.total / 10) throw new Error('CHANGED: most actions are right');
JS
node "$T/check.mjs"
