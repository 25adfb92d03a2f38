#!/usr/bin/env bash
# bayesian-changepoint looks at the first 1,000 values of a series again and again: it never sees a later change.
#
# Tried on 2026-12-01 with bayesian-changepoint 1.0.1 (npm) on Node 20.20.
#
# Promise: the README says that the package implements Bayesian online change-point detection, and that exec() takes a
# list of values. It names no limit. The constructor has an option chunkSize, which the README does not mention.
# Behaviour: exec() cuts the list into chunks of chunkSize values, 1,000 by default, and for each chunk analyses the first
# one. So no change after the first 1,000 values is found, however large it is. Changes of the first chunk can be reported
# again 1,000 values later, where nothing happened or where the list has already ended. No error is reported. A project
# that met indexes out of range in 2023 set chunkSize to the length of the list (pull request 761 of antvis/AVA).
# Output seen (normal noise of standard deviation 1; the verifier accepts differences of at least 3):
#   3,000 values, level 10, from 400 on 20, from 1700 on 40, from 2400 on 10:
#     default: 400
#     chunkSize 3000: 400, 1700, 2400
#     cumulative sums: 400, 1700, 2400
#   3,000 values, level 10, from 1500 on 100: default none, chunkSize 3000 1500, cumulative sums 1500
#   20 series of 3,000 values with one jump by 10 at a random place: default finds 8, and 8 of them before 1,000
#     chunkSize 3000 finds 3 of the first 3, cumulative sums find 20
#   1500 values that go down by 5 at 200, 400, 600 and 800: default 201, 400, 600, 800, 1400, 1600, 1800
#     cumulative sums: 201, 400, 600, 800
#
# Why it matters: a change of the level of a spread, a latency or a volatility is looked for in long series: 1,000 values
# are 17 minutes of seconds. In use the newest values are what counts, and these are never read, so the report is "no
# change" while a feed breaks. Short test data pass. Set chunkSize to the length of the list; the time and the memory grow
# with its square. Or cut the list and use a new instance for each part.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts bayesian-changepoint@1.0.1 || exit 2
cat >"$T/check.js" <<'JS'
const BayesianChangePoint = require('bayesian-changepoint').default;

let seed = 3;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
const noise = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
/** Noise around levels, each for a number of values. */
const series = (...parts) => parts.flatMap(([count, level]) => Array.from({ length: count }, () => level + noise()));
const breakpointVerifier = (next, last) => Math.abs(next.data - last.data) >= 3;

function detect(values, options = {}) {
  const detection = new BayesianChangePoint({ breakpointVerifier, ...options });
  detection.exec(values);
  return detection.breakPoints().map(({ index }) => index);
}
/** The changes by binary segmentation: the split with the greatest sum of deviations, as long as it is significant. */
function split(values, from = 0, to = values.length) {
  const count = to - from;
  if (count < 20) return [];
  const mean = values.slice(from, to).reduce((sum, value) => sum + value, 0) / count;
  let [sum, best, place] = [0, 0, -1];
  for (let i = from; i < to - 1; i++) {
    sum += values[i] - mean;
    const left = i + 1 - from;
    const score = Math.abs(sum) / Math.sqrt((left * (count - left)) / count);
    if (score > best) [best, place] = [score, i + 1];
  }
  return best < 6 ? [] : [...split(values, from, place), place, ...split(values, place, to)];
}
const text = (places) => places.join(', ') || 'none';
const near = (places, place) => places.some((index) => Math.abs(index - place) <= 5);

const long = series([400, 10], [1300, 20], [700, 40], [600, 10]);
const steps = [detect(long), detect(long, { chunkSize: long.length }), split(long)];
console.log(`3,000 values, level 10, from 400 on 20, from 1700 on 40, from 2400 on 10:`);
['default', 'chunkSize 3000', 'cumulative sums'].forEach((name, i) => console.log(`  ${name}: ${text(steps[i])}`));

const late = series([1500, 10], [1500, 100]);
const jumps = [detect(late), detect(late, { chunkSize: late.length }), split(late)];
const [one, two, three] = jumps.map(text);
console.log(`3,000 values, level 10, from 1500 on 100: default ${one}, chunkSize 3000 ${two}, cumulative sums ${three}`);

const found = { default: 0, early: 0, whole: 0, sums: 0 };
for (let i = 0; i < 20; i++) {
  const place = 50 + Math.floor(random() * 2900);
  const values = series([place, 10], [3000 - place, 20]);
  if (near(detect(values), place)) {
    found.default += 1;
    if (place < 1000) found.early += 1;
  }
  if (i < 3 && near(detect(values, { chunkSize: 3000 }), place)) found.whole += 1;
  if (near(split(values), place)) found.sums += 1;
}
const early = `default finds ${found.default}, and ${found.early} of them before 1,000`;
console.log(`20 series of 3,000 values with one jump by 10 at a random place: ${early}`);
console.log(`  chunkSize 3000 finds ${found.whole} of the first 3, cumulative sums find ${found.sums}`);
const stairs = series([200, 20], [200, 15], [200, 10], [200, 5], [700, 0]);
const [seen, exact] = [detect(stairs), split(stairs)];
console.log(`${stairs.length} values that go down by 5 at 200, 400, 600 and 800: default ${text(seen)}`);
console.log(`  cumulative sums: ${text(exact)}`);

const good = text(steps[1]) === '400, 1700, 2400' && two === '1500' && found.whole === 3 && found.sums === 20;
if (!good || exact.length !== 4) throw new Error('the comparison is wrong');
if (text(steps[0]) !== '400' || one !== 'none') throw new Error('CHANGED: later changes are found');
if (found.default !== found.early || found.early < 5) throw new Error('CHANGED: later jumps are found');
if (!seen.some((index) => index >= stairs.length)) throw new Error('CHANGED: no index lies beyond the end');
JS
node "$T/check.js"
