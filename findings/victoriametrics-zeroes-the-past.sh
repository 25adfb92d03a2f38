#!/usr/bin/env bash
# One huge value in a gauge, such as Number.MAX_VALUE, makes VictoriaMetrics replace the values before it by 0, minutes
# after they were stored, queried and alerted on.
#
# Tried on 2026-11-30 with the Debian packages victoria-metrics 1.145.0+ds1-2 and promtool 3.5.3+ds1-6, of Prometheus
# 3.5.3, on Node 20.20.
#
# Promise: the key concepts in the documentation say that floating-point values are stored with up to 12 significant
# digits, and that only digits beyond those can be lost. VictoriaMetrics takes the place of the storage of Prometheus.
# Behaviour: samples of a series are stored in blocks of up to 8,192, as integers of 64 bits with one power of ten for
# the block. The largest value decides the power, and the others keep the digits that it leaves, maybe none. Fresh
# samples are in blocks of their own and right. The merges in the background put them into one block with the
# huge value, and old values change. Infinity has a code of its own and does no harm. Issue 9448 of VictoriaMetrics
# reported this in 2025 for the largest integer of 64 bits and is closed; the documentation does not name it.
# Output seen (an hour of a spread between 0.2512 and 0.3212, one sample with another value, then the spread again, each
# sample stored by itself, until a merge of the server; the number of samples until then differs from run to run):
#   before the huge value: of 240 samples wrong 0
#   15 samples after it:
#   value 1.7976931348623157e+308: of 240 samples before it wrong 240; the first is 0, not 0.2512
#   value 18446744073709552000: of 240 samples before it wrong 240; the first is 0, not 0.2512
#   value 1764500000000000000: of 240 samples before it wrong 240; the first is 0, not 0.2512
#   value 9007199254740991: of 240 samples before it wrong 240; the first is 0.251, not 0.2512
#   value Infinity: of 240 samples before it wrong 0
#   average of the hour: 0.2862, and later 0
#   samples above 0.3 in the hour: 90, and later 0
#   Prometheus, all values: of 240 samples wrong 0
#
# Why it matters: Number.MAX_VALUE for "no quote yet", the largest unsigned integer for "no limit" or a time in
# nanoseconds is one sample, and 34 hours of a series scraped each 15 s can share its block. Reports, back tests and the
# budgets of service levels then differ from what was alerted on, and the raw data are lost. Export Infinity or nothing
# for such states, and a time as a metric of its own.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

# Unpacks packages of Debian sid into $T/root without installing them. It uses the Debian mirror that apt already uses.
debs() {
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -1)
  [ -n "$mirror" ] || { echo "no Debian source is configured for apt" >&2; exit 2; }
  mkdir -p "$T/apt/lists/partial" "$T/apt/cache/archives/partial" "$T/apt/parts" "$T/debs" "$T/root"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$T/apt/sources.list"
  local opts=(-qq -o APT::Sandbox::User= -o Acquire::Languages=none -o Dir::Etc::sourcelist="$T/apt/sources.list"
    -o Dir::Etc::sourceparts="$T/apt/parts" -o Dir::State::Lists="$T/apt/lists" -o Dir::Cache="$T/apt/cache")
  apt-get "${opts[@]}" update || exit 2
  (cd "$T/debs" && apt-get "${opts[@]}" download "$@" && for deb in *.deb; do dpkg -x "$deb" "$T/root"; done) || exit 2
}

debs victoria-metrics=1.145.0+ds1-2 promtool=3.5.3+ds1-6 libc6
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
LOADER=$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)
cat >"$T/check.mjs" <<'JS'
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [folder, loader, libc, bin] = process.argv.slice(2);
const [HOUR, STEP, MOST] = [240, 15_000, 200]; // samples, milliseconds, samples
const VALUES = [Number.MAX_VALUE, 2 ** 64, 1.7645e18, Number.MAX_SAFE_INTEGER, Infinity];
const start = Math.floor(Date.now() / STEP) * STEP - 6 * HOUR * STEP;
const spread = (i) => Math.round((0.2512 + (i % 8) / 100) * 1e4) / 1e4;
const text = (value) => (value === Infinity ? '+Inf' : `${value}`);
const wrong = (values) => values.slice(0, HOUR).filter((value, i) => Math.abs(value - spread(i)) > 1e-9).length;

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = probe.address();
    probe.close(() => resolve(free));
  });
});
const options = [`-storageDataPath=${folder}/store`, `-httpListenAddr=127.0.0.1:${port}`, '-retentionPeriod=1y'];
const server = spawn(loader, ['--library-path', libc, `${bin}/victoria-metrics`, ...options], { stdio: 'ignore' });
const url = `http://127.0.0.1:${port}`;

/** Stores one sample for each series, in the text format of Prometheus, and makes it visible to queries at once. */
async function store(i, sample) {
  const lines = VALUES.map((value, n) => `spread${n} ${text(sample(value))} ${start + i * STEP}`);
  const { ok } = await fetch(`${url}/api/v1/import/prometheus`, { method: 'POST', body: lines.join('\n') });
  if (!ok) throw new Error('the server refuses the samples');
  await fetch(`${url}/internal/force_flush`);
}
async function stored(n) {
  const answer = await fetch(`${url}/api/v1/export?match[]=spread${n}`);
  return JSON.parse(await answer.text()).values.map(Number);
}
async function query(expression) {
  const time = (start + (HOUR - 1) * STEP) / 1000;
  const answer = await fetch(`${url}/api/v1/query?nocache=1&time=${time}&query=${encodeURIComponent(expression)}`);
  const { data } = await answer.json();
  return Number(data.result[0]?.value[1] ?? 0);
}
const average = () => query('avg_over_time(spread0[1h])');
const above = () => query('count_over_time(spread0[1h]) - count_le_over_time(spread0[1h], 0.3)');

/** The same samples in the storage of Prometheus. */
function prometheus(samples) {
  const promtool = (...parameters) => {
    const command = ['--library-path', libc, `${bin}/promtool`, 'tsdb', ...parameters];
    return execFileSync(loader, command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e8 });
  };
  const line = (n, value, i) => `spread${n} ${text(value)} ${(start + i * STEP) / 1000}\n`;
  const series = VALUES.map((value, n) => samples.map((sample, i) => line(n, sample(value), i)).join(''));
  writeFileSync(`${folder}/samples.txt`, `${series.join('')}# EOF\n`);
  promtool('create-blocks-from', 'openmetrics', `${folder}/samples.txt`, `${folder}/prometheus`);
  mkdirSync(`${folder}/prometheus/wal`);
  const rows = promtool('dump', `${folder}/prometheus`).split('\n');
  const valueOf = (row) => Number(/} (\S+) /.exec(row)[1].replace('Inf', 'Infinity'));
  return VALUES.map((_, n) => rows.filter((row) => row.includes(`"spread${n}"`)).map(valueOf));
}

async function main() {
  for (let i = 0; ; i++) {
    if (i === 100) throw new Error('the server does not start');
    if (await fetch(`${url}/health`).catch(() => null)) break;
    await sleep(100);
  }
  const samples = [];
  const next = async (sample) => {
    await store(samples.length, sample);
    samples.push(sample);
  };
  const usual = (i) => () => spread(i);
  while (samples.length < HOUR) await next(usual(samples.length));
  const before = await Promise.all(VALUES.map(async (_, n) => wrong(await stored(n))));
  const [averageBefore, aboveBefore] = [await average(), await above()];
  console.log(`before the huge value: of ${HOUR} samples wrong ${Math.max(...before)}`);
  await next((value) => value);
  let more = 0;
  while (more < MOST && wrong(await stored(0)) < HOUR) {
    await next(usual(samples.length));
    more += 1;
  }
  const after = await Promise.all(VALUES.map((_, n) => stored(n)));
  console.log(`${more} samples after it:`);
  VALUES.forEach((value, n) => {
    const first = wrong(after[n]) > 0 ? `; the first is ${after[n][0]}, not ${spread(0)}` : '';
    console.log(`value ${value}: of ${HOUR} samples before it wrong ${wrong(after[n])}${first}`);
  });
  const [averageAfter, aboveAfter] = [await average(), await above()];
  console.log(`average of the hour: ${averageBefore.toFixed(4)}, and later ${averageAfter}`);
  console.log(`samples above 0.3 in the hour: ${aboveBefore}, and later ${aboveAfter}`);
  const kept = prometheus(samples);
  console.log(`Prometheus, all values: of ${HOUR} samples wrong ${Math.max(...kept.map(wrong))}`);
  if (kept.some((values) => values.length !== samples.length || wrong(values) > 0)) throw new Error('the comparison is wrong');
  if (before.some((count) => count > 0) || wrong(after[4]) > 0) throw new Error('CHANGED: other values are wrong too');
  if (wrong(after[0]) < HOUR || wrong(after[1]) < HOUR || averageAfter > 0.01) throw new Error('CHANGED: one huge value leaves the others right');
}
try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill();
  await Promise.race([ended, sleep(10_000)]);
  server.kill('SIGKILL');
}
JS
node "$T/check.mjs" "$T" "$LOADER" "$LIBC" "$T/root/usr/bin"
