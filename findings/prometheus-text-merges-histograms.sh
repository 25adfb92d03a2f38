#!/usr/bin/env bash
# parse-prometheus-text-format merges all series of a histogram or summary into one: it keeps the buckets of the last,
# and drops labels, sum and count.
#
# Tried on 2026-11-30 with parse-prometheus-text-format 1.1.1 and prom-client 15.1.3 (npm) on Node 20.20.
#
# Promise: the README says that the package parses the Prometheus text format and aims at output compatible with
# prom2json, which writes one entry with labels, buckets, sum and count for each series.
# Behaviour: the package makes one entry of all series of a histogram or summary. Each bucket or quantile overwrites the
# one with the same boundary, whatever its other labels. Labels are dropped. Sum and count are kept only of a series
# without labels, so a mixed family gets the count of one series and the buckets of another. Counters, gauges and
# summaries without quantiles are right, and the README's example has labels only there. Nothing reports an error.
# Output seen (orders at three venues, as prom-client writes them, with its own values in comparison):
#   orders_total: 3 series in the text, 3 parsed, labels {"venue":"binance"} {"venue":"kraken"} {"venue":"okx"}
#   ack_seconds: 3 series in the text, 1 parsed, labels none
#   fill_seconds: 3 series in the text, 1 parsed, labels none
#   slower than 0.5 s: 90 of 1000 in the text; parsed 0 of 10
#   99th percentile of fills in seconds: text binance 0.004, kraken 2, okx 0.04; parsed 0.04
#   without labels: [{"buckets":{"1":"95","+Inf":"100"},"count":"100","sum":"40"}]
#   with and without labels: [{"buckets":{"1":"1","+Inf":"7"},"count":"100","sum":"40"}]
#   with a label: [{"buckets":{"1":"1","+Inf":"7"}}]
#
# Why it matters: latencies by venue, route or command are histograms with labels. A health check, a load test or a
# router that reads /metrics with this package takes the last venue in the text for all of them. A venue that takes 2
# seconds per order is invisible. With a single venue nothing is overwritten, so it shows only when a second is added.
# For such families ask Prometheus, or in the same process use prom-client's getMetricsAsJSON().
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts parse-prometheus-text-format@1.1.1 \
  prom-client@15.1.3 || exit 2
cat >"$T/check.cjs" <<'JS'
const parsed = require('parse-prometheus-text-format');
const { Counter, Histogram, Registry, Summary } = require('prom-client');

const parse = parsed.default ?? parsed;
const BOUNDS = [0.005, 0.05, 0.5, 5];
/** Acknowledgements of an hour by venue: how many, and how long each took in seconds. */
const VENUES = { binance: [900, 0.004], kraken: [90, 2], okx: [10, 0.04] };

async function main() {
  const registers = [new Registry()];
  const histogram = new Histogram({ name: 'ack_seconds', help: 'acknowledgements', labelNames: ['venue'], buckets: BOUNDS, registers });
  const summary = new Summary({ name: 'fill_seconds', help: 'fills', labelNames: ['venue'], percentiles: [0.5, 0.99], registers });
  const counter = new Counter({ name: 'orders_total', help: 'orders', labelNames: ['venue'], registers });
  for (const [venue, [count, seconds]] of Object.entries(VENUES)) {
    for (let i = 0; i < count; i++) histogram.observe({ venue }, seconds);
    for (let i = 0; i < count; i++) summary.observe({ venue }, seconds);
    counter.inc({ venue }, count);
  }
  const text = await registers[0].metrics();
  const families = new Map(parse(text).map((family) => [family.name, family.metrics]));
  const own = new Map((await registers[0].getMetricsAsJSON()).map((family) => [family.name, family.values]));

  const series = (name) => new Set(own.get(name).map(({ labels }) => labels.venue)).size;
  for (const name of ['orders_total', 'ack_seconds', 'fill_seconds']) {
    const entries = families.get(name);
    const labels = entries.map((entry) => JSON.stringify(entry.labels) ?? 'none').join(' ');
    console.log(`${name}: ${series(name)} series in the text, ${entries.length} parsed, labels ${labels}`);
  }
  const [entry] = families.get('ack_seconds');
  const total = own.get('ack_seconds').filter(({ metricName }) => metricName === 'ack_seconds_count');
  const all = total.reduce((sum, { value }) => sum + value, 0);
  const fast = own.get('ack_seconds').filter(({ labels }) => labels.le === 0.5);
  const slow = fast.reduce((rest, { value }) => rest - value, all);
  const { 0.5: below, '+Inf': every } = entry.buckets;
  console.log(`slower than 0.5 s: ${slow} of ${all} in the text; parsed ${every - below} of ${every}`);
  const [quantiles] = families.get('fill_seconds');
  const highest = own.get('fill_seconds').filter(({ labels }) => labels.quantile === 0.99);
  console.log(`99th percentile of fills in seconds: text ${highest.map(({ labels, value }) => `${labels.venue} ${value}`).join(', ')}; parsed ${quantiles.quantiles['0.99']}`);

  const mixed = ['# TYPE ack histogram', 'ack_bucket{le="1"} 95', 'ack_bucket{le="+Inf"} 100', 'ack_sum 40', 'ack_count 100'];
  const labelled = ['ack_bucket{venue="okx",le="1"} 1', 'ack_bucket{venue="okx",le="+Inf"} 7', 'ack_sum{venue="okx"} 9', 'ack_count{venue="okx"} 7'];
  const show = (lines) => JSON.stringify(parse(`${lines.join('\n')}\n`)[0].metrics);
  console.log(`without labels: ${show(mixed)}`);
  console.log(`with and without labels: ${show([...mixed, ...labelled])}`);
  console.log(`with a label: ${show([mixed[0], ...labelled])}`);

  const right = families.get('orders_total').length === 3 && show(mixed) === '[{"buckets":{"1":"95","+Inf":"100"},"count":"100","sum":"40"}]';
  if (!right || all !== 1000 || slow !== 90) throw new Error('the comparison is wrong');
  if (families.get('ack_seconds').length > 1 || families.get('fill_seconds').length > 1) throw new Error('CHANGED: series are kept apart');
  if (entry.labels || entry.count || entry.buckets['+Inf'] !== '10') throw new Error('CHANGED: the merged series is another one');
}
main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
JS
node "$T/check.cjs"
