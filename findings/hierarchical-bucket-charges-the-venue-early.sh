#!/usr/bin/env bash
# A parent of @jupiterone/hierarchical-token-bucket is charged at once for calls that still wait in a child: a queue of
# slow calls holds back orders for 29 s at a venue that is half idle, and then 15 calls a second pass where 10 may.
#
# Tried on 2026-12-01 with @jupiterone/hierarchical-token-bucket 0.3.1 (npm) on Node 20.20.
#
# Promise: the README says that the class supports nested rate limits, to honor those of an API. take() takes a token
# from the bucket and all its parents, and returns the time that must pass before the token may be used. Callers need to
# call it only once, so it forms a queue.
# Behaviour: the parent's token is taken at the time of the call, not at the time that the child makes the caller wait
# for. A child with a long queue empties the parent for calls that are made much later, so other children wait although
# the parent is not in use. The parent is full again long before the queue has ended. Then the rest of the queue is sent
# on tokens that were taken long ago, and other children get the full rate of the parent on top.
# Output seen (a clock of the check; a venue with 10 calls a second and a burst of 10; five children with one call a
# second each and 60 calls in the queue; another child for orders, which sends one as soon as it may, for 60 s; the
# exact one sends a call when both of its buckets have a token):
#   first order after 29.1 s, exact 0.0 s, with separate buckets 0.0 s
#   calls a second, before the first order: 5.2; after 35 s: 15.0, exact 10.0, with separate buckets 10.0
#   most calls in 10 s, of which the venue allows 110: 150, exact 109, with separate buckets 109
#
# Why it matters: a refill of old candles, one call a second for each symbol, blocks cancels while the venue would take
# them. After that the client exceeds the limit by half for as long, and venues answer that with a ban. Each bucket
# alone is right, so tests with one level pass, and so do nested ones without a queue. Use separate buckets: wait as
# long as the symbol's says, and only then call take() of the venue's.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @jupiterone/hierarchical-token-bucket@0.3.1 || exit 2
cat >"$T/check.js" <<'JS'
const { HierarchicalTokenBucket } = require('@jupiterone/hierarchical-token-bucket');

const [SYMBOLS, QUEUE, SECONDS] = [5, 60, 60];
const [VENUE, SYMBOL] = [
  { maximumCapacity: 10, refillRate: 10 },
  { maximumCapacity: 1, refillRate: 1 },
];
let now = 0;
Date.now = () => now;

/** The times of all calls if each caller waits as take() says. */
function found() {
  now = 0;
  const venue = new HierarchicalTokenBucket(VENUE);
  const calls = [];
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    const child = venue.child(SYMBOL);
    for (let i = 0; i < QUEUE; i++) calls.push(child.take());
  }
  const orders = [];
  for (const child = venue.child(VENUE); ; ) {
    now += Math.ceil(child.take());
    if (now >= SECONDS * 1000) return { calls, orders };
    orders.push(now);
    now += 1;
  }
}
/** The times if a call is sent as soon as its own bucket and the venue's have a token. */
function exact() {
  const bucket = ({ maximumCapacity, refillRate }) => ({ tokens: maximumCapacity * 1000, most: maximumCapacity * 1000, rate: refillRate });
  const venue = bucket(VENUE);
  const queues = Array.from({ length: SYMBOLS }, () => ({ ...bucket(SYMBOL), left: QUEUE, sent: [] }));
  const orders = { ...bucket(VENUE), left: Infinity, sent: [] };
  const all = [...queues, orders]; // in units of a thousandth of a token
  for (let time = 0; time < SECONDS * 1000; time++) {
    for (const queue of all) {
      if (queue.left === 0 || queue.tokens < 1000 || venue.tokens < 1000) continue;
      queue.left -= 1;
      queue.tokens -= 1000;
      venue.tokens -= 1000;
      queue.sent.push(time);
    }
    for (const each of [venue, ...all]) each.tokens = Math.min(each.most, each.tokens + each.rate);
  }
  return { calls: queues.flatMap(({ sent }) => sent), orders: orders.sent };
}
/** The times if each caller waits for a bucket of its symbol, and then asks a separate one of the venue. */
function separate() {
  now = 0;
  const venue = new HierarchicalTokenBucket(VENUE);
  const due = [];
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    const bucket = new HierarchicalTokenBucket(SYMBOL);
    for (let i = 0; i < QUEUE; i++) due.push(Math.ceil(bucket.take()));
  }
  due.sort((a, b) => b - a);
  const [calls, orders] = [[], []];
  for (let order = 0; order < SECONDS * 1000; order = orders.at(-1) + 1) {
    for (; due.length > 0 && due.at(-1) <= order; due.pop()) {
      now = due.at(-1);
      calls.push(now + Math.ceil(venue.take()));
    }
    now = order;
    orders.push(now + Math.ceil(venue.take()));
  }
  return { calls, orders };
}
const perSecond = (times, from, to) => times.filter((time) => time >= from && time < to).length / ((to - from) / 1000);
/** The most calls in a span that begins with a call. */
function most(times, span) {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.max(...sorted.map((start, i) => sorted.slice(i).filter((time) => time < start + span).length));
}
const results = [found(), exact(), separate()].map(({ calls, orders }) => {
  const all = [...calls, ...orders];
  const [first] = orders;
  return { first: first / 1000, early: perSecond(all, 0, first), late: perSecond(all, 35_000, 59_000), most: most(all, 10_000) };
});
const [seen, right, apart] = results;
const three = (text) => `${text(seen)}, exact ${text(right)}, with separate buckets ${text(apart)}`;
console.log(`first order after ${three(({ first }) => `${first.toFixed(1)} s`)}`);
console.log(`calls a second, before the first order: ${seen.early.toFixed(1)}; after 35 s: ${three(({ late }) => late.toFixed(1))}`);
console.log(`most calls in 10 s, of which the venue allows 110: ${three((result) => result.most)}`);
const holds = ({ first, late, most }) => first < 1 && most <= 110 && Math.abs(late - 10) < 0.5;
if (!holds(right) || !holds(apart)) throw new Error('the comparison is wrong');
if (seen.first < 5) throw new Error('CHANGED: a queue in one child does not hold back the others');
if (seen.most <= 115) throw new Error('CHANGED: the limit of the parent holds');
JS
node "$T/check.js"
