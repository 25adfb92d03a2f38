#!/usr/bin/env bash
# Each test file that jest runs makes the promises of all later files in the same process slower.
#
# Tried on 2026-11-30 with jest 30.5.2 (npm) on Node 20.20.
#
# Promise: jest's documentation says that each test file runs in an environment of its own. Nothing in it lets one expect
# that a file costs more because others ran before it.
# Behaviour: jest-circus makes an AsyncLocalStorage for each test file, uses it for each test, and never disables it. In
# Node before version 24, each new promise copies the value of every storage that was used and not disabled, also those of
# files that are long over. The cost of a promise thus grows with the number of files before it, for each worker on its
# own, and falls back where jest starts a new worker.
# Output seen (60 equal files one after the other, each awaits 20,000 times):
#   files 1 to 10: 36 ms of CPU time each
#   files 51 to 60: 139 ms of CPU time each
#
# Why it matters: two workers that share 400 files spend several times as long on promises at the end as at the start, so
# the same test passes a time limit early and misses it late, and a suite slows down more than it grows. Time limits in
# tests should be far off; a new worker now and then (`workerIdleMemoryLimit`) starts from zero.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts jest@30.5.2 || exit 2
node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 24 ? 0 : 1)' ||
  { echo 'cannot be seen on this version of Node' >&2; exit 2; }
mkdir "$T/tests"
for i in $(seq 101 160); do
  cat >"$T/tests/$i.test.js" <<'JS'
const { appendFileSync } = require('node:fs');
test('awaits', async () => {
  const began = process.cpuUsage();
  for (let i = 0; i < 20_000; i += 1) await null;
  const { user, system } = process.cpuUsage(began);
  appendFileSync(process.env.TIMES, `${(user + system) / 1000}\n`);
});
JS
done
cat >"$T/check.js" <<'JS'
const times = require('node:fs').readFileSync(process.env.TIMES, 'utf8').trim().split('\n').map(Number);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const [first, last] = [median(times.slice(0, 10)), median(times.slice(-10))];
console.log(`files 1 to 10: ${first.toFixed(0)} ms of CPU time each`);
console.log(`files 51 to 60: ${last.toFixed(0)} ms of CPU time each`);
if (times.length !== 60) throw new Error('the comparison is wrong');
if (last < 2 * first) throw new Error('CHANGED: files that are over cost no more');
JS
cd "$T"
export TIMES="$T/times"
echo '{"rootDir": ".", "testEnvironment": "node"}' >jest.json
npx jest --config jest.json --runInBand --silent >"$T/log" 2>&1 || { tail -20 "$T/log"; exit 2; }
node check.js
