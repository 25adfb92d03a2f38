#!/usr/bin/env bash
# js-yaml since 4.2.0 writes one in a hundred short hashes without quotes, such as 19e4955, and other readers take them
# for infinity. Two different releases then compare as equal.
#
# Tried on 2026-11-30 with js-yaml 5.5.0, 4.2.0, 4.1.1 and 3.15.2, and yaml 2.9.1 (npm) on Node 20.20.
#
# Promise: dump() quotes a string that would otherwise be read as something else. js-yaml 5 describes the rules of its
# core schema as those of the specification. By these, 19e4955 without quotes is a floating-point number, of any size.
# Behaviour: js-yaml 4.2.0 began to read a number that is too large for a double as a string. dump() asks the same rule
# whether a string needs quotes. So js-yaml no longer quotes digits with one e whose exponent exceeds 308. Its own newer
# versions read them back. The package yaml, js-yaml 4.1.1 and js-yaml 3.15.2 read Infinity. With smaller exponents,
# as in 12e4, dump() does quote. Issue 737 of js-yaml and issue 657 of yaml, both of 2026, are about reading such text.
# Output seen (100,000 random hexadecimal ids for each length; wrong: another value than was written):
#   js-yaml 5.5.0 writes "commit: 19e4955", 4.2.0 "commit: 19e4955", 4.1.1 "commit: '19e4955'"
#   7 digits, written by js-yaml 5.5.0: wrong in yaml 943, js-yaml 4.1.1 943, js-yaml 3.15.2 889, js-yaml 5.5.0 0
#   8 digits, written by js-yaml 5.5.0: wrong in yaml 767, js-yaml 4.1.1 767, js-yaml 3.15.2 709, js-yaml 5.5.0 0
#   12 digits, written by js-yaml 5.5.0: wrong in yaml 261, js-yaml 4.1.1 261, js-yaml 3.15.2 243, js-yaml 5.5.0 0
#   7 digits, written by js-yaml 4.1.1, by yaml, with forceQuotes or as JSON: wrong in all readers 0
#   running 19e4955, approved 5e31415, both read by yaml: Infinity and Infinity, equal true
#
# Why it matters: a file names the commit of a release, the hash of a parameter set or the id of an order. After a minor
# update of the writer, one release in a hundred has an id that its readers take for a number. A check that the running
# version is the approved one passes for two different ids of this kind. Tests with one id pass. Pass
# `forceQuotes: true` to dump(), or write JSON, which YAML readers accept.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts js-yaml@5.5.0 js-yaml-4.2.0@npm:js-yaml@4.2.0 \
  js-yaml-4.1.1@npm:js-yaml@4.1.1 js-yaml-3.15.2@npm:js-yaml@3.15.2 yaml@2.9.1 || exit 2
cat >"$T/check.js" <<'JS'
const [current, first, before, old] = ['js-yaml', 'js-yaml-4.2.0', 'js-yaml-4.1.1', 'js-yaml-3.15.2'].map((name) => require(name));
const yaml = require('yaml');

const COUNT = 100_000;
const READERS = { yaml: yaml.parse, 'js-yaml 4.1.1': before.load, 'js-yaml 3.15.2': old.safeLoad, 'js-yaml 5.5.0': current.load };
let seed = 17;
const random = (below) => Math.floor(((seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32) * below);
const ids = (length) => Array.from({ length: COUNT }, () => Array.from({ length }, () => '0123456789abcdef'[random(16)]).join(''));

/** How many ids each reader does not return as they were written. */
function wrong(written, dump) {
  const text = dump(written);
  return Object.entries(READERS).map(([name, read]) => {
    const found = read(text);
    return [name, written.filter((id, i) => found[i] !== id).length];
  });
}
const lines = [current, first, before].map(({ dump }) => dump({ commit: '19e4955' }).trim());
console.log(`js-yaml 5.5.0 writes "${lines[0]}", 4.2.0 "${lines[1]}", 4.1.1 "${lines[2]}"`);
const counts = {};
for (const length of [7, 8, 12]) {
  counts[length] = wrong(ids(length), current.dump);
  console.log(`${length} digits, written by js-yaml 5.5.0: wrong in ${counts[length].map(([name, count]) => `${name} ${count}`).join(', ')}`);
}
const sample = ids(7);
const quoted = [before.dump, yaml.stringify, (value) => current.dump(value, { forceQuotes: true }), JSON.stringify];
const others = quoted.flatMap((dump) => wrong(sample, dump)).reduce((sum, [, count]) => sum + count, 0);
console.log(`7 digits, written by js-yaml 4.1.1, by yaml, with forceQuotes or as JSON: wrong in all readers ${others}`);
const [running, approved] = ['19e4955', '5e31415'].map((id) => yaml.parse(current.dump({ id })).id);
console.log(`running 19e4955, approved 5e31415, both read by yaml: ${running} and ${approved}, equal ${running === approved}`);

const reference = yaml.stringify({ commit: '19e4955' }).trim();
if (others !== 0 || counts[7][3][1] !== 0 || !/["']/.test(reference)) throw new Error('the comparison is wrong');
if (counts[7][0][1] < COUNT / 200 || counts[8][1][1] < COUNT / 250) throw new Error('CHANGED: the ids are quoted, or read as text');
if (/["']/.test(lines[1]) || !/["']/.test(lines[2])) throw new Error('CHANGED: another version began to leave out the quotes');
if (running !== Infinity || approved !== Infinity) throw new Error('CHANGED: yaml reads such text as a string');
JS
node "$T/check.js"
