#!/usr/bin/env bash
# promotel sends a Prometheus histogram to OpenTelemetry without its buckets, so no quantile and no alert on one exists.
# It drops infinite values too, and mixes a gauge exposure_sum into the gauge exposure.
#
# Tried on 2026-12-01 with @platformatic/promotel 0.2.2 and prom-client 15.1.3 (npm) on Node 20.20, and the Debian package
# victoria-metrics 1.145.0+ds1-2.
#
# Promise: the README says that promotel converts Prometheus metrics to OTLP, with complete support for counters, gauges,
# histograms and summaries. PromClientBridge pushes a registry of prom-client to an OTLP endpoint.
# Behaviour: each line of a histogram becomes a data point of its own, and each data point replaces the buckets of the one
# before it. The line for +Inf comes last, so one bucket without a bound is left. Count and sum are right, and the server
# accepts the data point as valid.
# Lines whose value is NaN or infinite, or that have a } in a label, are skipped. _count and _sum are cut off every name,
# so a counter fills_count becomes a histogram called fills without buckets, of which VictoriaMetrics stores nothing. A
# gauge exposure_sum is sent as a second value of the gauge exposure, with the same attributes and time, and the server
# keeps either. No error is reported.
# Output seen (one registry, sent to one server as Prometheus text and through the bridge):
#   buckets of ack_seconds: text 10, bridge 2 (le +Inf, +Inf)
#   p99 of venue one: text 0.925 s, bridge none
#   p99 of venue two: text 0.0496 s, bridge none
#   alert p99 > 0.5 s: text fires for one, bridge fires for none
#   ack_seconds_count: text 1000, bridge 1000
#   spread: text 0.25, bridge 0.25
#   fills_total: text 7, bridge 7
#   loss_limit: text +Inf, bridge none
#   position: text -5, bridge none
#   fills_count: text 7, bridge none
#   exposure_sum: text -5, bridge none
#   exposure: text 2, bridge sends 2 and -5 at once
#
# Why it matters: latency of orders is watched by a quantile of a histogram. After the move to OpenTelemetry the alert
# evaluates to nothing, which looks the same as "all is well", while counts and averages go on as before. The same holds
# for the number of fills, and for a limit that is set to infinity. Let a collector of OpenTelemetry scrape the process,
# or record into a histogram of the OpenTelemetry SDK, and alert on absent() of the buckets.
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

debs victoria-metrics=1.145.0+ds1-2 libc6
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @platformatic/promotel@0.2.2 \
  prom-client@15.1.3 || exit 2
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
LOADER=$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)
cat >"$T/check.mjs" <<'JS'
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { convert, parse, PromClientBridge } from '@platformatic/promotel';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const [folder, loader, libc, bin] = process.argv.slice(2);
const registry = new Registry();
const named = (name, labelNames = []) => ({ name, help: name, labelNames, registers: [registry] });
const acks = new Histogram({ ...named('ack_seconds', ['venue']), buckets: [0.01, 0.05, 0.25, 1] });
for (let i = 0; i < 1000; i++) {
  acks.observe({ venue: 'one' }, i < 900 ? 0.005 : 0.5);
  acks.observe({ venue: 'two' }, 0.03);
}
new Gauge(named('spread')).set(0.25);
new Counter(named('fills_total')).inc(7);
new Gauge(named('loss_limit')).set(Infinity);
new Gauge(named('position', ['book'])).set({ book: '{desk}' }, -5);
new Counter(named('fills_count')).inc(7);
new Gauge(named('exposure')).set(2);
new Gauge(named('exposure_sum')).set(-5);
const SINGLE = ['spread', 'fills_total', 'loss_limit', 'position', 'fills_count', 'exposure_sum'];

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = probe.address();
    probe.close(() => resolve(free));
  });
});
const options = [`-storageDataPath=${folder}/store`, `-httpListenAddr=127.0.0.1:${port}`];
const server = spawn(loader, ['--library-path', libc, `${bin}/victoria-metrics`, ...options], { stdio: 'ignore' });
const url = `http://127.0.0.1:${port}`;

async function query(expression) {
  const answer = await fetch(`${url}/api/v1/query?nocache=1&query=${encodeURIComponent(expression)}`);
  const { data } = await answer.json();
  return data.result;
}
const WAYS = { text: 'job="text"', bridge: '"service.name"="bridge"' };
/** An expression with $ in place of the way, for each way: the number it gives, or "none". */
async function compare(title, expression) {
  const found = {};
  for (const [way, filter] of Object.entries(WAYS)) {
    const [row] = await query(expression.replace('$', filter));
    found[way] = row ? (row.value[1] === '+Inf' ? '+Inf' : Number(Number(row.value[1]).toPrecision(6))) : 'none';
  }
  const unit = (value) => `${value}${title.startsWith('p99') && value !== 'none' ? ' s' : ''}`;
  console.log(`${title}: text ${unit(found.text)}, bridge ${unit(found.bridge)}`);
  return found;
}

async function main() {
  for (let i = 0; ; i++) {
    if (i === 100) throw new Error('the server does not start');
    if (await fetch(`${url}/health`).catch(() => null)) break;
    await sleep(100);
  }
  const body = await registry.metrics();
  const { ok } = await fetch(`${url}/api/v1/import/prometheus?extra_label=job=text`, { method: 'POST', body });
  if (!ok) throw new Error('the server refuses the text');
  const otlpEndpoint = `${url}/opentelemetry/v1/metrics`;
  const bridge = new PromClientBridge({ registry, otlpEndpoint, conversionOptions: { serviceName: 'bridge' } });
  await bridge.collectAndPush();
  await fetch(`${url}/internal/force_flush`);
  for (let i = 0; i < 50 && !(await query(`spread{${WAYS.text}}`)).length; i++) await sleep(100);

  const buckets = {};
  for (const [way, filter] of Object.entries(WAYS)) buckets[way] = await query(`ack_seconds_bucket{${filter}}`);
  const bounds = buckets.bridge.map(({ metric }) => metric.le).join(', ');
  console.log(`buckets of ack_seconds: text ${buckets.text.length}, bridge ${buckets.bridge.length} (le ${bounds})`);
  const p99 = (filter) => `histogram_quantile(0.99, sum by (venue, le) (ack_seconds_bucket{${filter}}))`;
  const one = await compare('p99 of venue one', p99('$, venue="one"'));
  await compare('p99 of venue two', p99('$, venue="two"'));
  const fires = {};
  for (const [way, filter] of Object.entries(WAYS)) {
    fires[way] = (await query(`${p99(filter)} > 0.5`)).map(({ metric }) => metric.venue).join(', ') || 'none';
  }
  console.log(`alert p99 > 0.5 s: text fires for ${fires.text}, bridge fires for ${fires.bridge}`);
  const count = await compare('ack_seconds_count', 'ack_seconds_count{$, venue="one"}');
  const single = {};
  for (const name of SINGLE) single[name] = await compare(name, `${name}{$}`);

  const [{ scope_metrics: scopes }] = convert(parse(body)).resource_metrics;
  const { gauge } = scopes[0].metrics.find(({ name }) => name === 'exposure');
  const points = gauge.data_points.filter(({ attributes }) => !attributes.length).map(({ as_double: number }) => number);
  console.log(`exposure: text ${(await query('exposure{job="text"}'))[0].value[1]}, bridge sends ${points.join(' and ')} at once`);

  const same = [count, single.spread, single.fills_total].every(({ text, bridge: other }) => text === other);
  if (!same || buckets.text.length !== 10 || fires.text !== 'one') throw new Error('the comparison is wrong');
  if (bounds !== '+Inf, +Inf' || one.bridge !== 'none' || fires.bridge !== 'none')
    throw new Error('CHANGED: the buckets arrive');
  const lost = ['loss_limit', 'position', 'fills_count', 'exposure_sum'].filter((name) => single[name].bridge === 'none');
  if (lost.length < 4 || points.join() !== '2,-5') throw new Error('CHANGED: more of the single values arrive');
}
try {
  await main();
} finally {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill();
  await Promise.race([ended, sleep(10_000)]);
  server.kill('SIGKILL');
}
JS
node "$T/check.mjs" "$T" "$LOADER" "$LIBC" "$T/root/usr/bin"
