#!/usr/bin/env bash
# The first fc.string({ unit: 'binary' }) costs fast-check about a second and 85 MB, before it draws anything.
#
# Tried on 2026-11-30 with fast-check 4.10.2 (npm) on Node 20.20.
#
# Behaviour: to know whether names like __proto__ can be drawn, and shrunk, the arbitrary of a string asks its
# characters whether each could have come from them. For 'binary' that builds a table from each of the 1.1 million
# code points to its number. The table belongs to the module and is never freed. An equal arbitrary of one's own, an
# integer mapped to a code point, needs no table: it does not answer the question.
# Output seen:
#   heap after making one arbitrary: fc.string() 0 MB more, unit 'binary' 85 MB more, own code points 0 MB more
#
# Why it matters: test runners such as jest load the module anew for each test file and run many in one process. Each
# file that uses such a string then adds the second and the table: four of them raised a worker from 0.65 to 1 GB.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
fail() { echo "CHANGED: $*" >&2; exit 1; }

npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts fast-check@4.10.2 || exit 2
cat >"$T/heap.cjs" <<'JS'
const fc = require('fast-check');
const heapMb = () => (gc(), process.memoryUsage().heapUsed / 1e6);
const codePoint = fc.integer({ min: 0, max: 0xd7ff }).map((n) => String.fromCodePoint(n));
const kinds = { plain: () => fc.string(), binary: () => fc.string({ unit: 'binary' }), own: () => fc.string({ unit: codePoint }) };
const before = heapMb();
const made = kinds[process.argv[2]]();
console.log(Math.max(0, Math.round(heapMb() - before)), typeof made);
JS
more() { node --expose-gc "$T/heap.cjs" "$1" | cut -d' ' -f1; }
plain=$(more plain) binary=$(more binary) own=$(more own)
echo "heap after making one arbitrary: fc.string() $plain MB more, unit 'binary' $binary MB more, own code points $own MB more"
[ "$plain" -le 2 ] && [ "$own" -le 2 ] || fail "a string of another unit takes memory too"
[ "$binary" -ge 20 ] || fail "unit 'binary' takes $binary MB only"
