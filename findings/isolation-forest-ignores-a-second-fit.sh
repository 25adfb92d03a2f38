#!/usr/bin/env bash
# isolation-forest ignores every fit() after the first: refitted each hour, it scores by the data of the first hour.
#
# Tried on 2026-12-01 with isolation-forest 0.0.9 (npm) on Node 20.20.
#
# Promise: the README says to call fit(trainingData) and then to predict any data. Each tree is built on a subsample of
# 256 rows, and the score follows the paper of Liu, Ting and Zhou: near 1 for anomalies, well below 0.5 for normal rows.
# Behaviour: fit() appends its trees to those of earlier calls. predict() uses the first numberOfTrees, which are always
# those of the first call. The later trees are built and kept, so time and memory grow, but never used. scores() returns
# the scores of the new rows by the old trees. If the first call had fewer rows than the subsample, the smaller subsample
# size is kept too.
# The subsample is drawn and not used: each tree takes all rows, while the score is scaled for 256 (issue 19, open since
# 2022). So scores fall as the data grow, and the limits of the paper no longer hold. No error is reported.
# Output seen (spread and volume, normal with standard deviation 1; one object refitted, against a new one each time):
#   hour 1, level 100: refitted scores 100 as 0.40, a new one 0.40
#   hour 2, level 120: refitted scores 120 as 0.74, a new one 0.39, 200 trees
#   hour 3, level 140: refitted scores 140 as 0.74, a new one 0.41, 300 trees
#   the old level 100 in hour 3: refitted 0.40, a new one 0.75
#   256 rows: highest score of the training rows 0.71, the same with subsamples 0.65
#   20000 rows: highest score of the training rows 0.63, the same with subsamples 0.76
#
# Why it matters: a detector of bad ticks or slow venues is fitted anew as the market moves. This one goes on to raise an
# alarm for each normal row and calls a return to the old level, such as a feed stuck since yesterday, normal. The first
# fit passes all tests. Make a new IsolationForest for each fit, and pass it at most 256 rows for each tree, or read the
# scores only against others of the same fit.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts isolation-forest@0.0.9 || exit 2
cat >"$T/check.js" <<'JS'
const { IsolationForest } = require('isolation-forest');

// The package uses Math.random, so its draws are made repeatable here.
let seed = 3;
const random = (Math.random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32);
const noise = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const rows = (count, level) => Array.from({ length: count }, () => ({ spread: level + noise(), volume: level + noise() }));
const score = (forest, level) => forest.predict([{ spread: level, volume: level }])[0];

const refitted = new IsolationForest();
const hours = [100, 120, 140].map((level, i) => {
  const data = rows(256, level);
  const fresh = new IsolationForest();
  refitted.fit(data);
  fresh.fit(data);
  const hour = { old: score(refitted, level), fresh: score(fresh, level), stuck: [refitted, fresh].map((forest) => score(forest, 100)) };
  const trees = i ? `, ${refitted.trees.length} trees` : '';
  console.log(`hour ${i + 1}, level ${level}: refitted scores ${level} as ${hour.old.toFixed(2)}, a new one ${hour.fresh.toFixed(2)}${trees}`);
  return hour;
});
const [stuckOld, stuckFresh] = hours[2].stuck;
console.log(`the old level 100 in hour 3: refitted ${stuckOld.toFixed(2)}, a new one ${stuckFresh.toFixed(2)}`);

/** The forest of the paper: each tree of the package on a subsample of its own. */
function subsampled(data) {
  const forest = new IsolationForest(100, 256);
  for (let i = 0; i < 100; i++) {
    const sample = Array.from({ length: 256 }, () => data[Math.floor(random() * data.length)]);
    forest.trees.push(...new IsolationForest(1, 256).fit(sample));
  }
  return forest;
}
const sizes = [256, 20000].map((count) => {
  const data = rows(count, 0);
  const whole = new IsolationForest();
  whole.fit(data);
  const paper = subsampled(data);
  const [most, right] = [whole, paper].map((forest) => forest.predict(data).reduce((a, b) => Math.max(a, b)));
  console.log(`${count} rows: highest score of the training rows ${most.toFixed(2)}, the same with subsamples ${right.toFixed(2)}`);
  return { most, right };
});
if (hours.some(({ fresh }) => fresh > 0.5) || stuckFresh < 0.6) throw new Error('the comparison is wrong');
if (hours[1].old < 0.6 || hours[2].old < 0.6 || stuckOld > 0.5) throw new Error('CHANGED: a second fit has an effect');
if (sizes[1].most > sizes[1].right - 0.1) throw new Error('CHANGED: the trees are built on subsamples');
JS
node "$T/check.js"
