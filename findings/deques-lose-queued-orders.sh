#!/usr/bin/env bash
# Two deques lose other elements when some are removed from the middle. Cancelling two of 100 queued orders makes denque
# lose 28 others in one of three queues. Cancelling one makes js-sdsl lose the last order in 97 % of queues.
#
# Tried on 2026-11-30 with denque 2.1.0 and js-sdsl 4.4.2 (npm) on Node 20.20.
#
# Promise: remove(index, count) of denque removes that number of items from the index on and returns them, and splice
# does the same. eraseElementByPos(pos) of js-sdsl's Deque erases the element at that position, as in its Vector and
# LinkList.
# Behaviour: denque keeps its items in a ring. For a count of 2 or more it moves the items behind the gap without regard
# for the end of the ring, and items beyond that end become undefined. A queue that was only filled is right, since its
# ring begins at 0. After calls of shift() the items wrap around. removeOne(index) is right. js-sdsl copies the element
# behind the gap once, and does not move the ones after it. That element is then in the Deque twice and the last one is
# lost, unless the first or one of the last two is erased. The length is right in both, and nothing is thrown.
# Output seen (1,000 queues for each number, after arrivals and fills; cancelled orders, wrong queues, orders lost):
#   denque remove: 1 of 12 0 (0 lost), 2 of 12 216 (601 lost), 1 of 100 0 (0 lost), 2 of 100 362 (10201 lost)
#     7 8 9 10 11 12 13 14 15 16 17 18 without 9 and 10: 7 8 11 12 13 14 15 undefined undefined undefined
#   denque splice: 1 of 12 0 (0 lost), 2 of 12 198 (590 lost), 1 of 100 0 (0 lost), 2 of 100 380 (10526 lost)
#   js-sdsl Deque: 1 of 12 752 (752 lost), 2 of 12 826 (1542 lost), 1 of 100 973 (973 lost), 2 of 100 985 (1955 lost)
#     11 12 13 14 15 16 17 18 19 20 21 22 without 14: 11 12 13 15 15 16 17 18 19 20 21
#   denque removeOne, js-sdsl LinkList: 0 in all columns
#
# Why it matters: a cancellation erases orders of other clients, or one order is filled twice and another never. The
# length of the queue is right, so metrics show nothing. A test with a new, short queue passes with denque. Call
# removeOne(index) of denque once for each item, and use LinkList of js-sdsl.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts denque@2.1.0 js-sdsl@4.4.2 || exit 2
cat >"$T/check.js" <<'JS'
const Denque = require('denque');
const { Deque, LinkList } = require('js-sdsl');

const QUEUES = 1000;
function denque(cancel) {
  const list = new Denque();
  return { push: (id) => list.push(id), shift: () => list.shift(), cancel: (...place) => cancel(list, ...place), all: () => list.toArray() };
}
function sdsl(Container) {
  const list = new Container();
  const cancel = (index, count) => times(count, () => list.eraseElementByPos(index));
  const all = () => {
    const ids = [];
    list.forEach((id) => ids.push(id));
    return ids;
  };
  return { push: (id) => list.pushBack(id), shift: () => list.popFront(), cancel, all };
}
const times = (count, run) => Array.from({ length: count }, run);
const CREATE = {
  'denque remove': () => denque((list, index, count) => list.remove(index, count)),
  'denque splice': () => denque((list, index, count) => list.splice(index, count)),
  'js-sdsl Deque': () => sdsl(Deque),
  'denque removeOne': () => denque((list, index, count) => times(count, () => list.removeOne(index))),
  'js-sdsl LinkList': () => sdsl(LinkList),
};
let seed = 11;
const random = (below) => Math.floor(((seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32) * below);

/** A queue of order ids of which the first ones were filled, and then a cancellation of neighbours anywhere in it. */
function trial(create, size, count) {
  const queue = create();
  let id = 0;
  for (; id < size; id++) queue.push(id);
  for (const end = id + random(2 * size); id < end; id++) {
    queue.push(id);
    queue.shift();
  }
  const [before, index] = [queue.all(), random(size - count + 1)];
  queue.cancel(index, count);
  const [found, exact] = [queue.all(), before.toSpliced(index, count)];
  if (before.length !== size || found.length !== exact.length) throw new Error('the comparison is wrong');
  const lost = exact.filter((order) => !found.includes(order)).length;
  return { before, index, found, lost, wrong: found.some((order, i) => order !== exact[i]) };
}
const wrong = {};
for (const [name, create] of Object.entries(CREATE)) {
  const shown = [];
  const rows = [[1, 12], [2, 12], [1, 100], [2, 100]].map(([count, size]) => {
    const failed = times(QUEUES, () => trial(create, size, count)).filter((result) => result.wrong);
    if (size === 12 && failed.length > 0 && shown.length === 0) shown.push(count, failed[0]);
    return { label: `${count} of ${size}`, queues: failed.length, lost: failed.reduce((sum, { lost }) => sum + lost, 0) };
  });
  wrong[name] = Object.fromEntries(rows.map(({ label, queues }) => [label, queues]));
  console.log(`${name}: ${rows.map(({ label, queues, lost }) => `${label} ${queues} (${lost} lost)`).join(', ')}`);
  if (shown.length > 0) {
    const [count, { before, index, found }] = shown;
    console.log(`  ${before.join(' ')} without ${before.slice(index, index + count).join(' and ')}: ${found.map(String).join(' ')}`);
  }
}
const none = (name) => Object.values(wrong[name]).every((queues) => queues === 0);
if (!none('denque removeOne') || !none('js-sdsl LinkList')) throw new Error('the comparison is wrong');
for (const name of ['denque remove', 'denque splice']) {
  if (wrong[name]['2 of 12'] < QUEUES / 20 || wrong[name]['2 of 100'] < QUEUES / 10) throw new Error(`CHANGED: ${name} keeps the others`);
}
if (wrong['js-sdsl Deque']['1 of 100'] < QUEUES / 2) throw new Error('CHANGED: the Deque of js-sdsl keeps the others');
JS
node "$T/check.js"
