#!/usr/bin/env bash
# The accumulation/distribution line of technicalindicators is rounded to whole units, so for bitcoin it stays at 0.
#
# Tried on 2026-11-30 with technicalindicators 3.1.0, trading-signals 8.3.0 and indicatorts 2.2.2 (npm) on Node 20.20.
#
# Promise: the README says that the numbers are those of JavaScript, with negligible rounding errors, and that by default
# no precision is set. Its `precision` setting can only round to more or fewer decimals.
# Behaviour: ADL puts each value through Math.round before it returns it. The sum behind it is exact, so the error is up
# to half a unit of volume at each candle. setConfig('precision', 10) changes nothing. RSI and MFI are rounded to two
# decimals in the same way, but there this is small beside their range of 100. OBV and ForceIndex, which also add up
# volumes, are not rounded.
# Output seen (500 one-minute candles; the line moves where it differs from the candle before):
#   volume to 50000: ADL moves at 499 of 499 candles, worst error 0.0 % of the range; trading-signals 499, indicatorts 499
#   volume to 5: ADL moves at 341 of 499 candles, worst error 1.7 % of the range; trading-signals 499, indicatorts 499
#   volume to 0.5: ADL moves at 55 of 499 candles, worst error 16.7 % of the range; trading-signals 499, indicatorts 499
#   volume to 0.05: ADL moves at 0 of 499 candles, worst error 105.7 % of the range; trading-signals 499, indicatorts 499
#
# Why it matters: volumes of shares are thousands per candle, and the line is right. A strategy that is moved to a
# market that counts in whole bitcoins sees a line of steps, or none, and its divergences from the price are invented.
# Multiply the volumes by 1,000,000, or use trading-signals or indicatorts.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts technicalindicators@3.1.0 trading-signals@8.3.0 \
  indicatorts@2.2.2 || exit 2
cat >"$T/check.mjs" <<'JS'
import { ad } from 'indicatorts';
import technicalindicators from 'technicalindicators';
import { AD } from 'trading-signals';

technicalindicators.setConfig('precision', 10);
let seed = 5;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
let price = 60_000;
const candles = Array.from({ length: 500 }, () => {
  const open = price;
  const close = (price *= 1 + 0.002 * (random() - 0.5));
  return { open, high: Math.max(open, close) * 1.0003, low: Math.min(open, close) * 0.9997, close, share: random() };
});
const [high, low, close] = ['high', 'low', 'close'].map((name) => candles.map((candle) => candle[name]));
const moves = (line) => line.filter((value, i) => i > 0 && value !== line[i - 1]).length;

function measure(highest) {
  const volume = candles.map(({ share }) => share * highest);
  const line = technicalindicators.ADL.calculate({ high, low, close, volume });
  let sum = 0;
  const exact = candles.map((candle, i) => (sum += ((2 * candle.close - candle.low - candle.high) / (candle.high - candle.low)) * volume[i]));
  const indicator = new AD();
  const others = [candles.map((candle, i) => indicator.update({ ...candle, volume: volume[i] })), ad(high, low, close, volume)];
  const range = Math.max(...exact) - Math.min(...exact);
  const worst = (found) => Math.max(...found.map((value, i) => Math.abs(value - exact[i]))) / range;
  const result = { moves: moves(line), worst: worst(line), others: Math.max(...others.map(worst)) };
  console.log(
    `volume to ${highest}: ADL moves at ${result.moves} of ${line.length - 1} candles, worst error ${(result.worst * 100).toFixed(1)} % of the range;`,
    `trading-signals ${moves(others[0])}, indicatorts ${moves(others[1])}`,
  );
  return result;
}
const [shares, , , bitcoins] = [50_000, 5, 0.5, 0.05].map(measure);
if (shares.worst > 1e-3 || Math.max(shares.others, bitcoins.others) > 1e-9) throw new Error('the comparison is wrong');
if (bitcoins.moves > 0 || bitcoins.worst < 0.5) throw new Error('CHANGED: the line is no longer rounded to whole units');
JS
node "$T/check.mjs"
