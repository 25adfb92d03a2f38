#!/usr/bin/env bash
# The package tail loses the first line of every log after a rotation by rename, however slowly lines come.
#
# Tried on 2026-11-30 with tail 2.2.6, @logdna/tail-file 4.0.2 and tail-file 1.4.16 (npm) on Node 20.20 on Linux.
#
# Promise: the README says that `follow` simulates `tail -F`: when a file is renamed or rotated, tailing starts again
# after a delay of 1 second. The option is true by default. Issue 110, on lines missed at a rename, was closed as fixed
# in 2.1.0.
# Behaviour: after the delay, tail watches the new file with its position in the old one. At the first change the new
# file is shorter than that position. The package takes this for a truncation, moves the position to the end of the file
# and emits nothing. So the first write after the delay is lost, even when it comes hours later. Nothing reports an
# error. The option `useWatchFile` polls the file, every 5 seconds by default, and loses more.
# Output seen (10 logs, each rotated 3 times; 4 lines per file, a line every 1.5 seconds, the first 1.5 seconds after
# the rotation):
#   tail: 130 of 160 lines, lost: file 1 line 0, file 2 line 0, file 3 line 0 in 10 of 10 logs
#   tail with useWatchFile: 90 of 160 lines, lost: file 0 line 3, file 1 line 0, ... in 10 of 10 logs
#   tail -F of GNU: 160 of 160 lines
#   @logdna/tail-file: 160 of 160 lines
#   tail-file: 160 of 160 lines
#
# Why it matters: the first line of a log often counts most: the start of a process, the opening balance or the first
# fill. A follower that adds up fills is wrong by one fill per rotation from then on. From a log with one line a day,
# rotated daily, it reads nothing. Use @logdna/tail-file or tail-file, and compare the number of lines read with the
# file after each rotation.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts tail@2.2.6 @logdna/tail-file@4.0.2 \
  tail-file@1.4.16 || exit 2
mkdir "$T/logs"
cat >"$T/check.cjs" <<'JS'
const { spawn } = require('node:child_process');
const { appendFileSync, renameSync, writeFileSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const LogDna = require('@logdna/tail-file');
const { Tail } = require('tail');
const TailFile = require('tail-file');

const [LOGS, FILES, LINES, GAP] = [10, 4, 4, 1500];
const followers = [];
const stops = [];
/** Each follower appends to a text, from which the lines are taken at the end. */
const FOLLOW = {
  tail: async (path, add) => {
    const tail = new Tail(path);
    tail.on('line', (line) => add(`${line}\n`)).on('error', (error) => add(`error ${error}\n`));
    stops.push(() => tail.unwatch());
  },
  'tail with useWatchFile': async (path, add) => {
    const tail = new Tail(path, { useWatchFile: true });
    tail.on('line', (line) => add(`${line}\n`)).on('error', (error) => add(`error ${error}\n`));
    stops.push(() => tail.unwatch());
  },
  'tail -F of GNU': async (path, add) => {
    const child = spawn('tail', ['-n', '0', '-F', path], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.on('data', (data) => add(String(data)));
    stops.push(() => child.kill());
  },
  '@logdna/tail-file': async (path, add) => {
    const tail = new LogDna(path, { encoding: 'utf8', pollFileIntervalMs: 200 });
    tail.on('data', add);
    await tail.start();
    stops.push(() => tail.quit());
  },
  'tail-file': async (path, add) => {
    const tail = new TailFile(path);
    tail.on('line', (line) => add(`${line}\n`)).on('error', (error) => add(`error ${error}\n`));
    tail.start();
    stops.push(() => tail.stop());
  },
};
async function main(folder) {
  const paths = Array.from({ length: LOGS }, (_, i) => `${folder}/fills-${i}.log`);
  for (const path of paths) writeFileSync(path, '');
  for (const [name, follow] of Object.entries(FOLLOW)) {
    const texts = paths.map(() => '');
    followers.push([name, texts]);
    for (const [i, path] of paths.entries()) await follow(path, (text) => (texts[i] += text));
  }
  await sleep(GAP);
  for (let file = 0; file < FILES; file++) {
    for (let line = 0; line < LINES; line++) {
      for (const path of paths) appendFileSync(path, `file ${file} line ${line} BUY 0.25 BTC at 91250.50\n`);
      await sleep(GAP);
    }
    if (file === FILES - 1) break;
    for (const path of paths) {
      renameSync(path, `${path}.${file}`);
      writeFileSync(path, '');
    }
    await sleep(GAP);
  }
  await sleep(5500); // the interval of useWatchFile
  for (const stop of stops) await stop();

  const expected = Array.from({ length: FILES * LINES }, (_, i) => `file ${Math.floor(i / LINES)} line ${i % LINES}`);
  const lost = {};
  for (const [name, texts] of followers) {
    lost[name] = texts.map((text) => expected.filter((line) => !text.includes(line)).join(', '));
    const seen = texts.map((text) => text.split('\n').length - 1).reduce((sum, count) => sum + count);
    const kinds = new Map(lost[name].map((lines) => [lines, lost[name].filter((other) => other === lines).length]));
    kinds.delete('');
    const which = [...kinds].map(([lines, count]) => `${lines} in ${count} of ${LOGS} logs`).join('; ');
    console.log(`${name}: ${seen} of ${LOGS * FILES * LINES} lines${which ? `, lost: ${which}` : ''}`);
  }
  for (const name of ['tail -F of GNU', '@logdna/tail-file', 'tail-file']) {
    if (lost[name].some(Boolean)) throw new Error(`the comparison is wrong: ${name} lost lines`);
  }
  const first = Array.from({ length: FILES - 1 }, (_, i) => `file ${i + 1} line 0`).join(', ');
  if (!lost.tail.every((lines) => lines === first)) throw new Error('CHANGED: tail does not lose just the first line of each file');
  if (!lost['tail with useWatchFile'].every(Boolean)) throw new Error('CHANGED: tail keeps all lines with useWatchFile');
}
main(process.argv[2]).then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
JS
node "$T/check.cjs" "$T/logs"
