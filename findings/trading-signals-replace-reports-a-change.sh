#!/usr/bin/env bash
# With replace(), AD, OBV and PVT of trading-signals report a changed signal at every candle, whether it has changed or
# not.
#
# Tried on 2026-11-30 with trading-signals 8.3.0 (npm) on Node 20.20.
#
# Promise: the README offers replace() for live charts, where the last candle is given again while it forms. getSignal()
# gives a state and `hasChanged`, and should answer as if only the final candle had been added.
# Behaviour: the value of the indicator after replace() is right, and so is the state. `hasChanged` is not. It compares
# the state with the one of the candle before, which replace() computes again. These three decide rising or falling
# against `previousResult`, and at that moment they compare it with itself. So the former state is always SIDEWAYS, and
# each rise or fall counts as a change. Most other indicators, such as MFI, take their state from the value alone and
# are right.
# Output seen (300 candles, each given by add() alone, or by add() while it forms and replace() with the final one):
#   AD: changed at 160 candles with add(), 300 with replace(); 0 other values, 0 other states
#   PVT: changed at 159 candles with add(), 299 with replace(); 0 other values, 0 other states
#   OBV: changed at 159 candles with add(), 299 with replace(); 0 other values, 0 other states
#   MFI: changed at 17 candles with add(), 17 with replace(); 0 other values, 0 other states
#
# Why it matters: a backtest adds finished candles, so a strategy that acts on `hasChanged` is tested with half of the
# signals that it acts on live, where candles are replaced. Values and states agree, so no comparison of these shows the
# difference. Keep the state of the last finished candle yourself, and compare with that.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts trading-signals@8.3.0 || exit 2
cat >"$T/check.mjs" <<'JS'
import { AD, MFI, OBV, PVT } from 'trading-signals';

let seed = 5;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;

let price = 100;
const candles = Array.from({ length: 300 }, () => {
  const open = price;
  const close = (price *= 1 + 0.02 * (random() - 0.5));
  const [high, low] = [Math.max(open, close) * 1.003, Math.min(open, close) * 0.997];
  return { open, high, low, close, volume: 100 + 900 * random() };
});
/** The candle before its last trade: it has closed at the other end, with half of its volume. */
const forming = ({ open, high, low, close, volume }) => ({ open, high, low, close: high + low - close, volume: volume / 2 });

function measure(name, create) {
  const [finished, live] = [create(), create()];
  const result = { finished: 0, live: 0, values: 0, states: 0 };
  for (const candle of candles) {
    finished.add(candle);
    live.add(forming(candle));
    live.replace(candle);
    const [expected, found] = [finished.getSignal(), live.getSignal()];
    if (expected.hasChanged) result.finished += 1;
    if (found.hasChanged) result.live += 1;
    if (expected.state !== found.state) result.states += 1;
    if (finished.getResult() !== live.getResult()) result.values += 1;
  }
  console.log(`${name}: changed at ${result.finished} candles with add(), ${result.live} with replace(); ${result.values} other values, ${result.states} other states`);
  return result;
}
const spoiled = [measure('AD', () => new AD()), measure('PVT', () => new PVT()), measure('OBV', () => new OBV(2))];
const sound = measure('MFI', () => new MFI(14));
if ([...spoiled, sound].some(({ values, states }) => values + states > 0)) throw new Error('CHANGED: values or states differ');
if (sound.live !== sound.finished) throw new Error('the indicator to compare with is wrong');
if (spoiled.some(({ finished, live }) => finished > 200 || live < 290)) throw new Error('CHANGED: replace() reports fewer changes');
JS
node "$T/check.mjs"
