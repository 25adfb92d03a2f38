#!/usr/bin/env bash
# count() of tlhunter-sorted-set is 0 whenever exactly one member lies in the range, so a watch over stuck orders stays
# silent until the second one is stuck.
#
# Tried on 2026-11-30 with tlhunter-sorted-set 0.1.0 (npm) on Node 20.20.
#
# Promise: the README calls it an implementation of the sorted sets of Redis whose API mostly follows the commands of
# Redis. It shows count(min, max) with a result of 3, for the three members that rangeByScore(min, max) lists. ZCOUNT of
# Redis is the number of members with a score in the range.
# Behaviour: count() walks from the first member in the range and adds up the steps to the others. It adds one for the
# first member only if there was a step. So a single member counts as none, unless it is the whole set. Two or more
# members are counted right, and so is a range without members. rangeByScore() lists the single member.
# Output seen (a new order each 0.2 s on average for 2,000 s; most are done after about 1 s, one in 500 after about a
# minute; each second the orders that are older than 20 s are counted):
#   seconds with 0 stuck orders: 1445, count() is right in 1445
#   seconds with 1 stuck order: 407, count() is right in 2
#   seconds with 2 or more: 148, count() is right in 148
#   seconds in which rangeByScore() is wrong: 0
#
# Why it matters: the package has some 12 million downloads a month. Checks such as "is any order older than 20 s", "has
# this account sent anything in the last second" or "does a price rest inside the spread" decide just between none and
# one, and get none. Tests with two members, or with one member in an otherwise empty set, pass. Use
# rangeByScore(min, max).length.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts tlhunter-sorted-set@0.1.0 || exit 2
cat >"$T/check.js" <<'JS'
const SortedSet = require('tlhunter-sorted-set');

const [SECONDS, OLD] = [2000, 20];
let seed = 11;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
const after = (mean) => -mean * Math.log(1 - random());

const [orders, times, done] = [new SortedSet(), new Map(), []];
const seen = { none: [0, 0], one: [0, 0], more: [0, 0] };
let rangeWrong = 0;
let next = after(0.2);
for (let now = 1; now <= SECONDS; now++) {
  for (; next <= now; next += after(0.2)) {
    const order = `order ${times.size + done.length} at ${next.toFixed(3)}`;
    orders.add(order, next);
    times.set(order, { start: next, end: next + after(random() < 0.002 ? 60 : 1) });
  }
  for (const [order, { end }] of times) {
    if (end > now) continue;
    times.delete(order);
    orders.rem(order);
    done.push(order);
  }
  const old = [...times].filter(([, { start }]) => start <= now - OLD);
  const stuck = old.map(([order]) => order).sort();
  const kind = seen[['none', 'one'][stuck.length] ?? 'more'];
  kind[0]++;
  if (orders.count(0, now - OLD) === stuck.length) kind[1]++;
  if (orders.rangeByScore(0, now - OLD).sort().join() !== stuck.join()) rangeWrong++;
}
const { none, one, more } = seen;
console.log(`seconds with 0 stuck orders: ${none[0]}, count() is right in ${none[1]}`);
console.log(`seconds with 1 stuck order: ${one[0]}, count() is right in ${one[1]}`);
console.log(`seconds with 2 or more: ${more[0]}, count() is right in ${more[1]}`);
console.log(`seconds in which rangeByScore() is wrong: ${rangeWrong}`);
if (rangeWrong > 0 || one[0] < 100) throw new Error('the comparison is wrong');
if (none[1] < none[0] || more[1] < more[0]) throw new Error('CHANGED: count() is wrong for other counts too');
if (one[1] > 0.1 * one[0]) throw new Error('CHANGED: one member counts as one');
JS
node "$T/check.js"
