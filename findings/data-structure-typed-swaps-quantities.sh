#!/usr/bin/env bash
# After a price level is deleted, AVLTree and BST of data-structure-typed return its quantity for another price. In a
# book with steady updates one in five quantities is wrong.
#
# Tried on 2026-11-30 with data-structure-typed 2.6.2 (npm) on Node 20.20.
#
# Promise: get(key) returns the value that set(key, value) stored, until the key is deleted. The README names a
# price-sorted order book among the uses of the package, and describes AVLTree as better balanced than RedBlackTree.
# Behaviour: these trees are in "map mode" by default, and each node holds its value. To delete a key with a left child,
# a tree gives the node of that key the next lower key and removes the other node. In map mode it does not move the
# value. The next lower key then has the value of the deleted key, and its own value is lost. Keys, their order and the
# size are right. RedBlackTree and TreeMap are right, and so is `isMapMode: false`.
# Output seen (10,000 updates of a book with prices of 100 ticks, half of them deletions, all quantities compared with a
# Map after each):
#   AVLTree: 20.8 % of the quantities wrong, the first after 11 updates; prices wrong 0 times
#   BST: 22.7 % of the quantities wrong, the first after 10 updates; prices wrong 0 times
#   AVLTree and BST without isMapMode, RedBlackTree, TreeMap: 0.0 % of the quantities wrong
#   [[99,20],[100,700],[101,5]] without 100: [[99,700],[101,5]]
#
# Why it matters: the book shows 700 lots at a price that has 20, so orders are too large and depth is overstated. A
# level stays wrong until its next update. A test that checks prices, order or size passes. Use RedBlackTree, or pass
# `isMapMode: false`.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts data-structure-typed@2.6.2 || exit 2
cat >"$T/check.js" <<'JS'
const { AVLTree, BST, RedBlackTree, TreeMap } = require('data-structure-typed');

const [UPDATES, LEVELS] = [10_000, 100];
const MAPS = {
  AVLTree: () => new AVLTree(),
  BST: () => new BST(),
  'AVLTree without isMapMode': () => new AVLTree([], { isMapMode: false }),
  'BST without isMapMode': () => new BST([], { isMapMode: false }),
  RedBlackTree: () => new RedBlackTree(),
  TreeMap: () => new TreeMap(),
};
let seed = 7;
const random = (below) => Math.floor(((seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32) * below);
/** Half of the updates set the quantity of a price, the others delete a price. */
const updates = Array.from({ length: UPDATES }, () => ({ price: 10_000 + random(LEVELS), quantity: random(2) * (1 + random(500)) }));

function measure(create) {
  const [book, exact] = [create(), new Map()];
  const counts = { first: undefined, levels: 0, wrong: 0, keys: 0 };
  updates.forEach(({ price, quantity }, step) => {
    if (quantity === 0) {
      book.delete(price);
      exact.delete(price);
    } else {
      book.set(price, quantity);
      exact.set(price, quantity);
    }
    const wrong = [...exact].filter(([level, size]) => book.get(level) !== size).length;
    counts.levels += exact.size;
    counts.wrong += wrong;
    if (wrong > 0) counts.first ??= step + 1;
    if ([...book.keys()].join() !== [...exact.keys()].sort((a, b) => a - b).join()) counts.keys += 1;
  });
  return counts;
}
const found = {};
for (const [name, create] of Object.entries(MAPS)) {
  found[name] = measure(create);
  const { first, levels, wrong, keys } = found[name];
  console.log(`${name}: ${((100 * wrong) / levels).toFixed(1)} % of the quantities wrong, the first after ${first ?? 'no'} updates; prices wrong ${keys} times`);
}
const book = new AVLTree();
for (const [price, quantity] of [[100, 700], [99, 20], [101, 5]]) book.set(price, quantity);
const before = JSON.stringify([...book.entries()]);
book.delete(100);
console.log(`${before} without 100: ${JSON.stringify([...book.entries()])}`);
const right = Object.keys(MAPS).slice(2);
if (right.some((name) => found[name].wrong > 0) || Object.values(found).some(({ keys }) => keys > 0)) throw new Error('the comparison is wrong');
for (const name of ['AVLTree', 'BST']) if (found[name].wrong < found[name].levels / 20) throw new Error(`CHANGED: ${name} keeps the values`);
JS
node "$T/check.js"
