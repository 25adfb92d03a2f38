#!/usr/bin/env bash
# interval-tree-1d reports bands that were removed, and misses some that are there: after 5,000 exchanges of 30 price
# bands, more than a quarter of all questions get a wrong answer.
#
# Tried on 2026-11-30 with interval-tree-1d 1.0.4 and, for comparison, node-interval-tree 2.1.2 (npm) on Node 20.20.
#
# Promise: the README says that remove(interval) removes an interval from the tree, and that queryPoint(p) visits all
# intervals that contain p.
# Behaviour: a node keeps the bands that contain its middle. When the last of them leaves and the node has two subtrees,
# a node from deeper down takes its place. Bands in the nodes between may contain the new middle too, but they stay in
# the left subtree, where searches to the right of that middle no longer look. Questions miss these bands. remove() may
# miss them as well: it then returns false, which the README does not mention, and the band stays for good. Some
# removals raise an error instead. An issue of 2022 in the project (17) reports only a wrong `count` in this case.
# Output seen (60 books of 30 bands each; the share of 288 prices with a wrong answer, asked in each book at the end,
# also for a tree built anew from the same bands; a book with an error is left out):
#   0 exchanges: missing 0.0 %, reported though removed 0.0 %; built anew 0.0 %, node-interval-tree 0.0 %
#   100 exchanges: missing 0.2 %, reported though removed 0.6 %; built anew 0.0 %, node-interval-tree 0.0 %
#   1000 exchanges: missing 0.1 %, reported though removed 9.6 %; built anew 0.0 %, node-interval-tree 0.0 %
#   5000 exchanges: missing 0.1 %, reported though removed 28.3 %; built anew 0.0 %, node-interval-tree 0.0 %
#   remove() returned false for a band of the tree: 0, 19, 203, 605 times; errors: 0, 0, 10, 15
#
# Why it matters: price alerts, trading halts, liquidity ranges and quoting bands are such intervals. A withdrawn halt
# goes on blocking orders, or a cancelled range goes on quoting. The share grows with each day of uptime, and tests
# that add a few intervals and remove them again pass. Build the tree anew from your own list, which is right, or use
# node-interval-tree.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts interval-tree-1d@1.0.4 \
  node-interval-tree@2.1.2 || exit 2
cat >"$T/check.js" <<'JS'
const createTree = require('interval-tree-1d');
const { IntervalTree } = require('node-interval-tree');

const [BOOKS, BANDS, PRICES] = [60, 30, 1440];
let seed = 7;
const random = (count) => Math.floor(((seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32) * count);

/** Books of 30 bands of prices, in which one band after another is withdrawn and a new one added. */
function measure(exchanges) {
  const result = { asked: 0, missing: 0, removed: 0, anew: 0, other: 0, refused: 0, errors: 0 };
  for (let book = 0; book < BOOKS; book++) {
    const [tree, other, bands] = [createTree([]), new IntervalTree(), []];
    const add = () => {
      const low = random(PRICES);
      const band = [low, low + 1 + random(60)];
      bands.push(band);
      tree.insert(band);
      other.insert({ low: band[0], high: band[1], band });
    };
    for (let i = 0; i < BANDS; i++) add();
    let failed = false;
    for (let i = 0; i < exchanges && !failed; i++) {
      const [band] = bands.splice(random(bands.length), 1);
      other.remove({ low: band[0], high: band[1], band });
      try {
        if (!tree.remove(band)) result.refused++;
        add();
      } catch {
        result.errors++;
        failed = true; // a book whose tree raised an error is not counted any further
      }
    }
    const anew = createTree(bands);
    const differs = (found, exact) => found.length !== exact.length || exact.some((band) => !found.includes(band));
    const ask = (asked, price) => {
      const found = [];
      asked.queryPoint(price, (band) => void found.push(band));
      return found;
    };
    for (let price = 0; price < PRICES && !failed; price += 5) {
      const exact = bands.filter(([low, high]) => low <= price && price <= high);
      const found = ask(tree, price);
      result.asked++;
      if (exact.some((band) => !found.includes(band))) result.missing++;
      if (found.some((band) => !exact.includes(band))) result.removed++;
      if (differs(ask(anew, price), exact)) result.anew++;
      if (differs(other.search(price, price).map(({ band }) => band), exact)) result.other++;
    }
  }
  return result;
}
const results = [0, 100, 1000, 5000].map((exchanges) => {
  const result = measure(exchanges);
  const percent = (count) => `${((100 * count) / result.asked).toFixed(1)} %`;
  const wrong = `missing ${percent(result.missing)}, reported though removed ${percent(result.removed)}`;
  const checks = `built anew ${percent(result.anew)}, node-interval-tree ${percent(result.other)}`;
  console.log(`${exchanges} exchanges: ${wrong}; ${checks}`);
  return result;
});
const list = (key) => results.map((result) => result[key]).join(', ');
console.log(`remove() returned false for a band of the tree: ${list('refused')} times; errors: ${list('errors')}`);
const [fresh, ...used] = results;
const others = results.reduce((sum, { anew, other }) => sum + anew + other, fresh.missing + fresh.removed);
if (others > 0) throw new Error('the comparison is wrong');
if (used[2].removed < 0.1 * used[2].asked) throw new Error('CHANGED: removed bands go');
if (used.every((result) => result.missing === 0)) throw new Error('CHANGED: no band is missed');
JS
node "$T/check.js"
