#!/usr/bin/env bash
# After a burst of orders a 60-second window of rolling-stats, read every 15 seconds, goes on counting the burst for 75
# seconds. A 10-second window that is read once a minute always reports six times the rate.
#
# Tried on 2026-11-30 with rolling-stats 0.2.1 (npm) on Node 20.20.
#
# Promise: the README says that it calculates rolling statistics of events. By the types one gives a number of points
# and a duration in milliseconds. Each result of calculate() says with `from` when its window begins, and reports the
# count, rate, mean, minimum and maximum.
# Behaviour: only calculate() removes old points. Its loop counts up to the number of points, and each removal lowers
# that number. So the loop ends after half of all points, and the rest stays in the result however old it is. The
# statistics are right as long as no more than half of the points have left the window since the last reading. `allmin`
# begins at 0 in place of the first point, so it is 0 for values above 0.
# Output seen (first a steady 10 points per second, the last of 60 readings; the readings after a pause; then 600 orders
# per second of 250 ms for 5 seconds, followed by 1 per second of 5 ms):
#   10 s, read every 1 s: 10.0 per second, exact 10.0; allmin 0
#   10 s, read every 5 s: 10.0 per second, exact 10.0; allmin 0
#   10 s, read every 10 s: 10.0 per second, exact 10.0; allmin 0
#   10 s, read every 15 s: 14.9 per second, exact 10.0; allmin 0
#   10 s, read every 30 s: 29.9 per second, exact 10.0; allmin 0
#   10 s, read every 60 s: 59.9 per second, exact 10.0; allmin 0
#   10 s, an hour after the last point: counts 50, 25, 12, exact 0
#   60 s, 60 s after the open: 50.9 per second of 246 ms, exact 50.9 of 246 ms
#   60 s, 75 s after the open: 25.6 per second of 239 ms, exact 1.0 of 5 ms
#   60 s, 90 s after the open: 12.9 per second of 223 ms, exact 1.0 of 5 ms
#   60 s, 105 s after the open: 6.6 per second of 188 ms, exact 1.0 of 5 ms
#   60 s, 120 s after the open: 3.4 per second of 113 ms, exact 1.0 of 5 ms
#   60 s, 135 s after the open: 1.8 per second of 5 ms, exact 1.0 of 5 ms
#   60 s, 150 s after the open: 1.0 per second of 5 ms, exact 1.0 of 5 ms
#
# Why it matters: a governor of order rates refuses orders because of a rate that is over. An alert on latency lasts a
# minute too long. Orders come in bursts, so this is the usual case. The reported rate also depends on how often it is
# read. Call calculate() until the count no longer changes, and use the last result.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts rolling-stats@0.2.1 || exit 2
cat >"$T/check.js" <<'JS'
const loaded = require('rolling-stats');
const RollingStats = loaded.default ?? loaded;

let now = 1000000;
const clock = () => now;
/** Statistics beside a list of all points, which is searched at each reading. */
function meter(window) {
  const stats = RollingStats(100000, window, clock);
  const points = [];
  return {
    /** Advances by `seconds` with evenly spaced points. */
    run(seconds, perSecond, value) {
      for (let i = 0; i < seconds * perSecond; i++) {
        now += 1000 / perSecond;
        points.push({ at: now, value });
        stats.point(value);
      }
    },
    read() {
      const seen = stats.calculate();
      const inside = points.filter(({ at }) => at > seen.from).map(({ value }) => value);
      const sum = inside.reduce((total, value) => total + value, 0);
      return { seen, exact: { count: inside.length, rate: (1000 * inside.length) / window, mean: sum / (inside.length || 1) } };
    },
  };
}
const SHORT = 10000;
const steady = [1, 5, 10, 15, 30, 60].map((every) => {
  const target = meter(SHORT);
  let last;
  for (let i = 0; i < 60; i++) {
    target.run(every, 10, 5);
    last = target.read();
  }
  console.log(`10 s, read every ${every} s: ${last.seen.rate.toFixed(1)} per second, exact ${last.exact.rate.toFixed(1)}; allmin ${last.seen.allmin}`);
  return { every, rate: last.seen.rate, exact: last.exact.rate, allmin: last.seen.allmin };
});
const quiet = meter(SHORT);
quiet.run(10, 10, 5);
quiet.read();
now += 3600000;
const silence = [quiet.read(), quiet.read(), quiet.read()];
console.log(`10 s, an hour after the last point: counts ${silence.map(({ seen }) => seen.count).join(', ')}, exact ${silence[0].exact.count}`);

const open = meter(60000);
open.run(5, 600, 250);
open.run(10, 1, 5);
open.read();
const after = [];
for (let at = 30; at <= 150; at += 15) {
  open.run(15, 1, 5);
  const { seen, exact } = open.read();
  after.push({ at, seen, exact });
  if (at < 60) continue;
  console.log(`60 s, ${at} s after the open: ${seen.rate.toFixed(1)} per second of ${seen.mean.toFixed(0)} ms, exact ${exact.rate.toFixed(1)} of ${exact.mean.toFixed(0)} ms`);
}
const close = (a, b) => Math.abs(a / b - 1) < 0.02;
const [often, seldom] = [steady.filter(({ every }) => every <= 10), steady.filter(({ every }) => every > 10)];
if (!often.every(({ rate, exact }) => close(rate, exact)) || !steady.every(({ exact }) => close(exact, 10))) throw new Error('the comparison is wrong');
if (!after.filter(({ at }) => at < 60).every(({ seen, exact }) => seen.count === exact.count)) throw new Error('the comparison is wrong');
if (!seldom.every(({ every, rate }) => close(rate, every))) throw new Error('CHANGED: a window that is read seldom is right');
const left = after.find(({ at }) => at === 90);
if (silence[0].seen.count < 40 || left.seen.mean < 200) throw new Error('CHANGED: old points are removed');
JS
node "$T/check.js"
