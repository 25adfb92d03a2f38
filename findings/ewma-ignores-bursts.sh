#!/usr/bin/env bash
# ewma ignores every value that comes in the same millisecond as another: where nine of ten latencies are 900 ms, it
# reports 50 ms.
#
# Tried on 2026-11-30 with ewma 2.0.1 (npm) on Node 20.20.
#
# Promise: the README says that it computes the exponential weighted moving average of a series of values, and that
# recent points are weighted higher. Its clock is Date by default, which counts whole milliseconds.
# Behaviour: the weight of a value is 1 - 2 ^ (-elapsed / half-life), with the time since the last value. The second
# value of a millisecond and all after it have the weight 0. For the same reason a value after the clock was set back
# has a negative weight: the average leaves the range of all values. Nothing reports an error.
# Output seen (bursts of ten values every 100 ms for a minute, half-life of 1 s, the clock given to the constructor):
#   50 ms, then nine of 900 ms: in one millisecond 50.0, 10 ms apart 817.6, mean 815.0
#   900 ms, then nine of 50 ms: in one millisecond 900.0, 10 ms apart 132.4, mean 135.0
#   values of 100.0 and 100.1, the clock set back by 5 s between them: 97.837, after 5 s without a step 100.098
#
# Why it matters: one read of a socket often delivers many replies or trades, and a loop inserts them within a
# millisecond. The average is then that of the first value of each burst. It misses a slow service, or reports one that
# is fast as slow, and limits by load act on it. Insert the mean of each burst, and use a clock that is never set back.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts ewma@2.0.1 || exit 2
cat >"$T/check.js" <<'JS'
const EWMA = require('ewma');

const [HALF_LIFE, EVERY, ROUNDS] = [1000, 100, 600];
/** The average after a minute of bursts whose values are `apart` milliseconds apart. */
function average(burst, apart) {
  let now = 1e6;
  const ewma = new EWMA(HALF_LIFE, burst[0], { now: () => now });
  for (let round = 1; round <= ROUNDS; round++)
    for (const [i, value] of burst.entries()) {
      now = 1e6 + round * EVERY + i * apart;
      ewma.insert(value);
    }
  return ewma.value();
}
/** The average of 100.0, then of 100.1 after the given time. */
function step(elapsed) {
  let now = 1e6;
  const ewma = new EWMA(HALF_LIFE, 100, { now: () => now });
  now += 500;
  ewma.insert(100.1);
  now += elapsed;
  ewma.insert(100.1);
  return ewma.value();
}
const rows = [[50, 900], [900, 50]].map(([first, rest]) => {
  const burst = [first, ...Array(9).fill(rest)];
  const row = { first, together: average(burst, 0), apart: average(burst, EVERY / 10), mean: burst.reduce((a, b) => a + b) / 10 };
  console.log(`${first} ms, then nine of ${rest} ms: in one millisecond ${row.together.toFixed(1)}, 10 ms apart ${row.apart.toFixed(1)}, mean ${row.mean.toFixed(1)}`);
  return row;
});
const [back, forward] = [step(-5000), step(5000)];
console.log(`values of 100.0 and 100.1, the clock set back by 5 s between them: ${back.toFixed(3)}, after 5 s without a step ${forward.toFixed(3)}`);
const spreads = rows.every(({ apart, mean }) => Math.abs(apart - mean) < 10) && forward > 100 && forward < 100.1;
if (!spreads) throw new Error('the comparison is wrong');
if (rows.some(({ first, together }) => together !== first) || back > 99) throw new Error('CHANGED: the values of a burst count');
JS
node "$T/check.js"
