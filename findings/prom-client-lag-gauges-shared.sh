#!/usr/bin/env bash
# Each scrape empties prom-client's event loop delay gauges, so two scrapers of one process hide stalls from each
# other.
#
# Tried on 2026-11-28 with prom-client 15.1.3 (npm) on Node 20.20.
#
# Behaviour: collectDefaultMetrics() resets its delay histogram after every collection.
# nodejs_eventloop_lag_max_seconds, _mean_, _p50_, _p90_ and _p99_ describe the time since the last scrape by anyone:
# the second server of a Prometheus pair, a curl, a readiness probe that renders the registry. A scrape that follows
# at once reads an empty histogram and reports a minimum of 2^63 ns (292 years), a maximum of 0 and a mean of `Nan`.
# Output seen, after one stall of 400 ms:
#   first scrape: max 0.408158207 mean 0.03136070063157895 min 0.010084352
#   second scrape: max 0 mean Nan min 9223372036.854776
#   later scrape: max 0.010919935 mean 0.010173098666666667 min 0.009306112
#
# Why it matters: with a highly available pair each stall is in the data of one server only, so an alert fires on one
# side, and a dashboard that switches servers shows a stall that comes and goes. The minimum ruins averages and axes.
# A counter or a histogram that is never reset gives every scraper the same answer: observe delays into a Histogram of
# your own.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts prom-client@15.1.3 || exit 2
cat >"$T/check.js" <<'JS'
const { collectDefaultMetrics, register } = require('prom-client');
const { setTimeout: wait } = require('timers/promises');

collectDefaultMetrics();

async function scrape(label) {
  const text = await register.metrics();
  const read = (name) => text.match(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (.*)$`, 'm'))[1];
  const values = { max: read('max'), mean: read('mean'), min: read('min') };
  console.log(`${label} scrape:`, Object.entries(values).flat().join(' '));
  return values;
}

async function main() {
  await wait(100);
  const end = Date.now() + 400;
  while (Date.now() < end); // the stall
  await wait(100);
  const first = await scrape('first');
  let second = await scrape('second');
  for (let more = 0; more < 20 && second.max !== '0'; more++) second = await scrape('next'); // a sample came in between
  await wait(100);
  const later = await scrape('later');

  const holds =
    Number(first.max) > 0.3 &&
    Number(second.max) === 0 &&
    second.mean === 'Nan' &&
    Number(second.min) > 9e9 &&
    Number(later.max) < Number(first.max);
  if (!holds) throw new Error('CHANGED: a second scrape sees the stall or reports sound values');
}
main();
JS
node "$T/check.js"
