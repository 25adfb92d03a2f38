#!/usr/bin/env bash
# Three structures of bloom-filters do not do what they promise: its HyperLogLog counts half, its TopK ranks a symbol
# with 22 trades second of 2,000, and its cuckoo filter forgets a third of its keys.
#
# Tried on 2026-11-30 with bloom-filters 3.0.4 (npm) on Node 20.20.
#
# Promise: accuracy() of HyperLogLog gives its standard error. CountMinSketch.create takes "a target error rate and
# probability of accuracy", by default 0.999; TopK takes the same, and the README uses 0.001 and 0.99 for it.
# CuckooFilter.create is optimal for a number of items and an error rate, and such a filter denies no item it holds.
# Behaviour: HyperLogLog stores each rank one too low, so a register of the lowest rank looks empty. It counts half up
# to 1.5 values for each register, and then for a while a third too many. The sketch has ln(1 / accuracy) rows, where the
# theory takes the probability of failure: 0.99 and 0.999 give one row, and 0.01 gives five. The cuckoo filter accepts
# as many items as it was created for, but many are not found again once it is more than half full, and its fingerprints
# are too short for the error rate. The Bloom filter of the package is right. Issue 69 (HyperLogLog) is closed as
# solved, issues 68 (cuckoo filter) and 83 (count-min sketch) are open. The README names none of it.
# Output seen (HyperLogLog of 4,096 registers, standard error 1.6 %; own: one of the check with the same registers):
#   100 accounts: 51, own 98
#   1000 accounts: 526, own 973
#   6000 accounts: 2992, own 5862
#   8000 accounts: 10634, own 7916
#   20000 accounts: 20375, own 20107
# 50,000 trades in 2,000 symbols with an error rate of 0.001, so a count may be 50 too high:
#   accuracy 0.9: 1 row, 5.75 % of the symbols more than 50 too high, 5 of the top 10 found, second: symbol 394 with
#     7092 trades, exact 22
#   accuracy 0.99 and 0.999: the same
#   accuracy 0.01: 5 rows, 0.00 % of the symbols more than 50 too high, 10 of the top 10 found, second: symbol 1 with
#     1404 trades, exact 1404
# 5,000 orders with an error rate of 0.001:
#   CuckooFilter: accepted 5000, of these missing 1611, of 5000 others found 155
#   BloomFilter: accepted 5000, of these missing 0, of 5000 others found 2
#
# Why it matters: such structures are used where nobody keeps the exact numbers. Half of the accounts or instruments of
# a stream are missing, the wrong symbol gets the capacity or the alert, and a filter against orders that are sent twice
# lets a third of the repeats pass. Use the package's BloomFilter, give the sketch the probability of failure, and count
# with PFADD of Redis.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts bloom-filters@3.0.4 || exit 2
cat >"$T/check.js" <<'JS'
const { createHash } = require('node:crypto');
const { BloomFilter, CountMinSketch, CuckooFilter, HyperLogLog, TopK } = require('bloom-filters');

const [REGISTERS, TRADES, SYMBOLS, ERROR, ORDERS] = [4096, 50_000, 2000, 0.001, 5000];

/** The estimator of Flajolet and others, with linear counting for few values. */
function ownHyperLogLog() {
  const ranks = new Uint8Array(REGISTERS);
  return {
    update(value) {
      const hash = createHash('sha256').update(value).digest();
      const register = hash.readUInt32BE(0) % REGISTERS;
      ranks[register] = Math.max(ranks[register], Math.clz32(hash.readUInt32BE(4)) + 1);
    },
    count() {
      const sum = ranks.reduce((total, rank) => total + 2 ** -rank, 0);
      const raw = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS ** 2) / sum;
      const empty = ranks.filter((rank) => rank === 0).length;
      return raw <= 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : raw;
    },
  };
}
function accounts() {
  const sketches = [new HyperLogLog(REGISTERS), ownHyperLogLog()];
  console.log(`HyperLogLog of ${REGISTERS} registers, standard error ${(100 * sketches[0].accuracy()).toFixed(1)} %`);
  let added = 0;
  return [100, 1000, 6000, 8000, 20_000].map((number) => {
    for (; added < number; added++) for (const sketch of sketches) sketch.update(`account ${added}`);
    const [found, own] = sketches.map((sketch) => Math.round(sketch.count()));
    console.log(`${number} accounts: ${found}, own ${own}`);
    return { found: found / number, own: own / number };
  });
}
let seed = 7;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
function symbols() {
  const trades = Array.from({ length: TRADES }, () => `symbol ${Math.floor(SYMBOLS * random() ** 4)}`);
  const exact = new Map();
  for (const symbol of trades) exact.set(symbol, (exact.get(symbol) ?? 0) + 1);
  const best = [...exact].sort(([, a], [, b]) => b - a).slice(0, 10).map(([symbol]) => symbol);
  return [0.9, 0.99, 0.999, 0.01].map((accuracy) => {
    const sketch = CountMinSketch.create(ERROR, accuracy);
    for (const [symbol, number] of exact) sketch.update(symbol, number);
    const high = [...exact].filter(([symbol, number]) => sketch.count(symbol) - number > ERROR * TRADES).length / exact.size;
    const top = new TopK(10, ERROR, accuracy);
    for (const symbol of trades) top.add(symbol);
    const ranking = [...top.values()];
    const found = ranking.filter(({ value }) => best.includes(value)).length;
    const { value, frequency } = ranking[1];
    console.log(
      `accuracy ${accuracy}: ${sketch.rows} row${sketch.rows > 1 ? 's' : ''}, ${(100 * high).toFixed(2)} % of the symbols more than ` +
        `${ERROR * TRADES} too high, ${found} of the top 10 found, second: ${value} with ${frequency} trades, exact ${exact.get(value)}`,
    );
    return { rows: sketch.rows, high, found };
  });
}
function orders() {
  return [CuckooFilter, BloomFilter].map((Filter) => {
    const filter = Filter.create(ORDERS, ERROR);
    const all = Array.from({ length: ORDERS }, (_, i) => i);
    const accepted = all.filter((i) => filter.add(`order ${i}`) !== false).length;
    const missing = all.filter((i) => !filter.has(`order ${i}`)).length;
    const others = all.filter((i) => filter.has(`other ${i}`)).length;
    console.log(`${Filter.name}: accepted ${accepted}, of these missing ${missing}, of ${ORDERS} others found ${others}`);
    return { accepted, missing, others };
  });
}
function main() {
  const counted = accounts();
  const ranked = symbols();
  const [cuckoo, bloom] = orders();
  const right = ranked.at(-1);
  if (counted.some(({ own }) => Math.abs(own - 1) > 0.05) || right.high > 0.01 || right.found !== 10) throw new Error('the comparison is wrong');
  if (bloom.missing > 0 || bloom.others > 3 * ERROR * ORDERS || cuckoo.accepted !== ORDERS) throw new Error('the comparison is wrong');
  if (counted.slice(0, 3).some(({ found }) => found > 0.6)) throw new Error('CHANGED: HyperLogLog counts right');
  if (ranked.slice(0, 3).some(({ rows, high }) => rows !== 1 || high < 0.03)) throw new Error('CHANGED: the sketch keeps its accuracy');
  if (cuckoo.missing < ORDERS / 10) throw new Error('CHANGED: the cuckoo filter finds its items');
}
try {
  main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
JS
node "$T/check.js"
