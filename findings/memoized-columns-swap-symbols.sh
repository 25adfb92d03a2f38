#!/usr/bin/env bash
# memoize() of apache-arrow reads later record batches with the dictionary of the first, so SOL becomes BTC.
#
# Tried on 2026-11-30 with apache-arrow 21.2.0 and @uwdata/flechette 2.6.0 (npm) on Node 20.20.
#
# Promise: the documentation says that memoize() returns a vector that remembers the values of get(), for a dictionary
# column only those of the dictionary, as decoding text is expensive. unmemoize() returns the vector without that.
# Neither is said to change values. In the streaming format a later batch may replace or extend a dictionary.
# Behaviour: both calls take the dictionary of the first batch and put it into every batch. Where later batches have
# dictionaries of their own, their codes then mean other symbols. A code beyond the first dictionary reads as an empty
# string or null. tableFromArrays makes such a dictionary from each column of strings, so concat() of two tables is
# enough. Columns from a stream are memoized already, so for them unmemoize() is the call that saves memory. Without
# these calls the values are right. Nothing reports an error.
# Output seen (1,200 fills in 24 batches, one per hour; 2 symbols trade in the first hour, all 6 from the fifth on;
# flechette reads the same stream):
#   wrong symbols of 1200:
#   one batch in memory: get 0, memoize 0, unmemoize 0; flechette 0
#   one batch from a stream: get 0, memoize 0, unmemoize 0; flechette 0
#   replaced dictionaries in memory: get 0, memoize 1015 (712 empty), unmemoize 1015 (712 empty); flechette 0
#   replaced dictionaries from a stream: get 0, memoize 1015 (712 empty), unmemoize 1015 (712 empty); flechette 0
#   extended dictionaries in memory: get 0, memoize 730 (730 empty), unmemoize 0; flechette 0
#   extended dictionaries from a stream: get 0, memoize 730 (730 empty), unmemoize 730 (730 empty); flechette 0
#   net quantity by get: BTC 44, ETH -6, SOL -13, ADA -187, XRP -71, DOT -62
#   net quantity by memoize: BTC 38, ETH -144, SOL 0, ADA 0, XRP 0, DOT 0
#   BTC, ETH and SOL, ETH: get BTC,ETH,SOL,ETH, memoize BTC,ETH,BTC,ETH, unmemoize BTC,ETH,BTC,ETH
#
# Why it matters: memoize() is what one adds when a report over many batches is slow. It is right in a test with one
# batch, and wrong for a day of them. Where all batches hold as many symbols as the first, nothing is empty: fills only
# move from one symbol to another, and the total still reconciles. Do not call memoize() or unmemoize() on a dictionary
# column of several batches. Decode it once with toArray(), or read the stream with @uwdata/flechette.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts apache-arrow@21.2.0 \
  @uwdata/flechette@2.6.0 || exit 2
cat >"$T/check.mjs" <<'JS'
import { tableFromIPC as flechette } from '@uwdata/flechette';
import * as arrow from 'apache-arrow';

const { Dictionary, Int32, Table, Utf8, makeBuilder, makeVector, tableFromArrays, tableFromIPC, tableToIPC, vectorFromArray } = arrow;
const [HOURS, FILLS] = [24, 50];
const SYMBOLS = ['BTC', 'ETH', 'SOL', 'ADA', 'XRP', 'DOT'];
let seed = 7;
const random = (below) => Math.floor(((seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32) * below);
const hours = Array.from({ length: HOURS }, (_, hour) =>
  Array.from({ length: FILLS }, () => ({ symbol: SYMBOLS[random(2 + Math.min(4, hour))], quantity: random(21) - 10 })),
);
const fills = hours.flat();
const column = (rows, name) => rows.map((row) => row[name]);

/** One table per hour, each with a dictionary of its own. */
const replaced = hours
  .map((rows) => tableFromArrays({ symbol: column(rows, 'symbol'), quantity: Int32Array.from(column(rows, 'quantity')) }))
  .reduce((table, next) => table.concat(next));
/** One builder for all hours, so that each hour extends the dictionary of the hour before. */
const builder = makeBuilder({ type: new Dictionary(new Utf8(), new Int32()) });
const extended = hours
  .map((rows) => {
    for (const { symbol } of rows) builder.append(symbol);
    const symbol = builder.toVector();
    return new Table({ symbol, quantity: makeVector(Int32Array.from(column(rows, 'quantity'))) });
  })
  .reduce((table, next) => table.concat(next));
/** One batch; the cut into hours is lost. */
const single = new Table({
  symbol: vectorFromArray(column(fills, 'symbol'), new Dictionary(new Utf8(), new Int32())),
  quantity: makeVector(Int32Array.from(column(fills, 'quantity'))),
});

const wrong = (symbols) => fills.filter(({ symbol }, i) => symbols[i] !== symbol).length;
const empty = (symbols) => symbols.filter((symbol) => !symbol).length; // null, undefined or ''
const READ = {
  get: (table) => [...table.getChild('symbol')],
  memoize: (table) => [...table.getChild('symbol').memoize()],
  unmemoize: (table) => [...table.getChild('symbol').unmemoize()],
};
function net(symbols) {
  const sums = new Map();
  for (const [i, { quantity }] of fills.entries()) sums.set(symbols[i], (sums.get(symbols[i]) ?? 0) + quantity);
  return SYMBOLS.map((symbol) => `${symbol} ${sums.get(symbol) ?? 0}`).join(', ');
}
const errors = [];
console.log(`wrong symbols of ${fills.length}:`);
for (const [name, table] of Object.entries({ 'one batch': single, 'replaced dictionaries': replaced, 'extended dictionaries': extended })) {
  const bytes = tableToIPC(table, 'stream');
  const other = wrong([...flechette(bytes).getChild('symbol')]);
  if (other > 0) throw new Error(`the comparison is wrong: flechette reads ${other} other symbols`);
  for (const [source, read] of Object.entries({ 'in memory': table, 'from a stream': tableFromIPC(bytes) })) {
    const counts = Object.entries(READ).map(([call, values]) => {
      const symbols = values(read);
      const memoized = read.getChild('symbol').isMemoized;
      const expected = call === 'get' || name === 'one batch' || (call === 'unmemoize' && !memoized);
      const count = wrong(symbols);
      if (expected && count > 0) throw new Error(`the comparison is wrong: ${call} reads ${count} other symbols`);
      if (!expected && count < fills.length / 50) errors.push(`${call} of ${name} ${source} reads ${count} other symbols`);
      return `${call} ${count}${empty(symbols) ? ` (${empty(symbols)} empty)` : ''}`;
    });
    console.log(`${name} ${source}: ${counts.join(', ')}; flechette ${other}`);
  }
}
console.log(`net quantity by get: ${net(READ.get(replaced))}`);
console.log(`net quantity by memoize: ${net(READ.memoize(replaced))}`);
const pair = tableFromArrays({ symbol: ['BTC', 'ETH'] }).concat(tableFromArrays({ symbol: ['SOL', 'ETH'] }));
console.log(`BTC, ETH and SOL, ETH: get ${READ.get(pair)}, memoize ${READ.memoize(pair)}, unmemoize ${READ.unmemoize(pair)}`);
if (READ.memoize(pair).join() !== 'BTC,ETH,BTC,ETH') errors.push(`memoize reads ${READ.memoize(pair)}`);
if (errors.length > 0) throw new Error(`CHANGED: ${errors.join('; ')}`);
JS
node "$T/check.mjs"
