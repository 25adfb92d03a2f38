#!/usr/bin/env bash
# nodejs-order-book, restored from its snapshot, does not fire resting sell stops, and drops those of the journal.
#
# Tried on 2026-11-30 with nodejs-order-book 10.1.1 (npm) on Node 20.20.
#
# Promise: the README says that a snapshot represents the state of the book, stop orders included, and that a restart
# from a snapshot and the journal since then ensures consistency and accuracy.
# Behaviour: the snapshot has no last traded price, and a restored book starts with 0. A sell stop must be below the last
# price, so the replay of the journal refuses each one, without a word. New sell stops are refused too, and buy stops
# below the market are accepted. A trade fires the stops between the price before and its own price. The first trade
# after a restart counts as a rise from 0, so it fires no sell stop, and the next one starts below those that were
# passed. Limit orders, and a restart from the whole journal, are right.
# Output seen (last trade at 100, bids at 90 and 85, a sell stop at 95; then two sales, at 90 and at 85):
#   kept running: price 100, resting stops 1, fired by the sales 1 and 0
#   restored from a snapshot with the stop: price 0, resting stops 1, fired by the sales 0 and 0
#   restored from a snapshot before the stop, and its journal: price 0, resting stops 0, fired by the sales 0 and 0
#   restored from the whole journal: price 100, resting stops 1, fired by the sales 1 and 0
#   a new sell stop at 94: kept running accepted, restored refused; a buy stop at 94: kept running refused, restored accepted
#
# Why it matters: a simulated exchange or an internal book is restarted in the middle of the day, and from then on stop
# losses do nothing. depth() and even snapshot() are the same before and after, so a comparison of these shows nothing.
# Replay the whole journal instead, and check marketPrice before the book opens again.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts nodejs-order-book@10.1.1 || exit 2
cat >"$T/check.js" <<'JS'
const { OrderBook } = require('nodejs-order-book');

const stored = (value) => JSON.parse(JSON.stringify(value));

/** A book that has traded at 100, with everything that a restart may use. */
function build() {
  const book = new OrderBook({ enableJournaling: true });
  const logs = [
    book.limit({ id: 'seller', side: 'sell', size: 1, price: 100 }),
    book.limit({ id: 'buyer', side: 'buy', size: 1, price: 100 }),
    book.limit({ id: 'bid', side: 'buy', size: 1, price: 90 }),
    book.limit({ id: 'lower bid', side: 'buy', size: 9, price: 85 }),
  ].map(({ log }) => log);
  const before = stored(book.snapshot());
  const { log } = book.stopLimit({ id: 'stop', side: 'sell', size: 1, price: 80, stopPrice: 95 });
  return { book, before, after: stored(book.snapshot()), log: stored(log), logs: stored([...logs, log]) };
}
const { before, after, log, logs } = build();
const books = {
  'kept running': () => build().book,
  'restored from a snapshot with the stop': () => new OrderBook({ snapshot: after }),
  'restored from a snapshot before the stop, and its journal': () => new OrderBook({ snapshot: before, journal: [log] }),
  'restored from the whole journal': () => new OrderBook({ journal: logs }),
};
const results = Object.entries(books).map(([label, create]) => {
  const book = create();
  const { marketPrice } = book;
  const resting = book.snapshot().stopBook.asks.length;
  const fired = [1, 1].map((size) => book.market({ side: 'sell', size }).activated.length);
  console.log(`${label}: price ${marketPrice}, resting stops ${resting}, fired by the sales ${fired.join(' and ')}`);
  return `${marketPrice} ${resting} ${fired}`;
});
const answer = (name, side) => {
  const order = { side, size: 1, stopPrice: 94 };
  return books[name]().stopMarket(order).err === null ? 'accepted' : 'refused';
};
const [running, restored] = [Object.keys(books)[0], Object.keys(books)[1]];
const [sell, buy] = ['sell', 'buy'].map((side) => [running, restored].map((name) => answer(name, side)));
console.log(`a new sell stop at 94: kept running ${sell[0]}, restored ${sell[1]}; a buy stop at 94: kept running ${buy[0]}, restored ${buy[1]}`);
if (results[0] !== '100 1 1,0' || results[3] !== results[0] || `${sell[0]} ${buy[0]}` !== 'accepted refused') throw new Error('the comparison is wrong');
if (results[1] !== '0 1 0,0' || results[2] !== '0 0 0,0' || `${sell[1]} ${buy[1]}` !== 'refused accepted')
  throw new Error('CHANGED: a restored book fires its stops, or knows its last price');
JS
node "$T/check.js"
