#!/usr/bin/env bash
# One data point with the attributes `venue.id` and `venue_id` makes Prometheus drop all metrics of an OpenTelemetry
# process until it restarts.
#
# Tried on 2026-11-30 with @opentelemetry/exporter-prometheus 0.223.0 and @opentelemetry/sdk-metrics 2.12.1 (npm) on Node
# 20.20, and the Debian package prometheus 3.5.3+ds1-6. The exporter 0.301.0 with sdk-metrics 3.1.0 did the same.
#
# Promise: OpenTelemetry's rules for Prometheus say that attributes which become the same label must be joined, with `;`
# between their values. The README of the exporter names no exception.
# Behaviour: the exporter replaces each character that a label cannot have by `_`, and looks no further. Two attributes
# of one data point become two labels of one name. Prometheus refuses such a line and with it the whole scrape, so `up`
# is 0 and every other metric is gone too. Data points are cumulative, so the line comes again in each scrape. An
# attribute `le` on a histogram does the same, as each bucket has its own `le`. Two data points that become equal are
# written as two lines of the same series, and Prometheus keeps the first: it misses the rest of the sum.
# Output seen:
#   fills with venue.id and fills with venue_id, in two data points: up 1, equity 5, fills 3 of 7
#   one order with venue.id and venue_id: up 0, equity absent, fills absent
#   Prometheus: label name "venue_id" is not unique: invalid sample
#   one duration with le: up 0, equity absent, fills absent
#   Prometheus: label name "le" is not unique: invalid sample
#
# Why it matters: names with dots are OpenTelemetry's habit, and names with underscores Prometheus's, so a change from
# one to the other mixes them. The process is healthy, but dashboards are empty and only an alert on `up` fires. A rare
# path, such as an error with its own attributes, is enough, once. Set attributes in one place that refuses such pairs,
# or allow only known names by a View with an attributes processor.
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

debs prometheus=3.5.3+ds1-6
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @opentelemetry/exporter-prometheus@0.223.0 \
  @opentelemetry/sdk-metrics@2.12.1 @opentelemetry/api@1.9.1 || exit 2
cat >"$T/check.js" <<'JS'
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { writeFileSync } = require('node:fs');
const { createServer } = require('node:net');
const { setTimeout: sleep } = require('node:timers/promises');
const { PrometheusExporter } = require('@opentelemetry/exporter-prometheus');
const { MeterProvider } = require('@opentelemetry/sdk-metrics');

const folder = process.argv[2];
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
async function main() {
  const api = await freePort();
  const targets = [];
  /** Starts a process's worth of metrics on a port of its own. */
  async function serve(name) {
    const port = await freePort();
    const exporter = new PrometheusExporter({ host: '127.0.0.1', port, preventServerStart: true });
    await exporter.startServer();
    const meter = new MeterProvider({ readers: [exporter] }).getMeter(name);
    meter.createGauge('equity').record(5);
    const fills = meter.createCounter('fills');
    fills.add(3, { 'venue.id': 'x' });
    fills.add(4, { venue_id: 'x' });
    targets.push({ name, exporter, target: `127.0.0.1:${port}` });
    return meter;
  }
  await serve('fills');
  (await serve('order')).createCounter('orders').add(1, { 'venue.id': 'x', venue_id: 'y' });
  (await serve('le')).createHistogram('duration').record(1, { le: 'x' });

  const jobs = targets.map(({ name, target }) => ({ job_name: name, static_configs: [{ targets: [target] }] }));
  writeFileSync(`${folder}/prometheus.json`, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: jobs }));
  const options = [`--config.file=${folder}/prometheus.json`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${api}`];
  const prometheus = spawn(`${folder}/root/usr/bin/prometheus`, options, { stdio: 'ignore' });
  const stopped = once(prometheus, 'exit');
  const get = async (path) => (await (await fetch(`http://127.0.0.1:${api}/api/v1/${path}`)).json()).data;
  async function read(job) {
    const query = async (name) => (await get(`query?query=${name}{job="${job}"}`)).result[0]?.value[1];
    const active = (await get('targets')).activeTargets.find(({ labels }) => labels.job === job);
    const [up, equity, fills] = [await query('up'), await query('equity'), await query('fills_total')];
    return { up, equity, fills, error: active?.lastError ?? '' };
  }
  let all = [];
  try {
    for (const deadline = Date.now() + 40_000; Date.now() < deadline; await sleep(500)) {
      all = await Promise.all(targets.map(({ name }) => read(name))).catch(() => []);
      if (all.length > 0 && all.every(({ up }) => up !== undefined)) break;
    }
  } finally {
    prometheus.kill();
    await stopped;
    await Promise.all(targets.map(({ exporter }) => exporter.shutdown()));
  }
  if (all.length === 0 || all.some(({ up }) => up === undefined)) {
    console.error('Prometheus has not scraped within 40 s');
    process.exit(2);
  }
  const show = ({ up, equity = 'absent', fills }) => `up ${up}, equity ${equity}, fills ${fills ? `${fills} of 7` : 'absent'}`;
  const [separate, together, bucket] = all;
  console.log(`fills with venue.id and fills with venue_id, in two data points: ${show(separate)}`);
  console.log(`one order with venue.id and venue_id: ${show(together)}\nPrometheus: ${together.error}`);
  console.log(`one duration with le: ${show(bucket)}\nPrometheus: ${bucket.error}`);
  if (separate.up !== '1' || separate.equity !== '5') throw new Error('the comparison is wrong');
  if (together.up !== '0' || together.equity || bucket.up !== '0' || separate.fills !== '3')
    throw new Error('CHANGED: attributes that become one label no longer stop the scrape');
}
main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
JS
node "$T/check.js" "$T"
