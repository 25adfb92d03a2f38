#!/usr/bin/env bash
# datadog-metrics sends the 99.9th percentile under the name of the 99th, and the 57th under that of the 56th.
#
# Tried on 2026-12-01 with datadog-metrics 0.12.1 (npm) on Node 20.20.
#
# Promise: the README says that the percentiles of a histogram "can include any decimal between 0 and 1". It also says
# that of two gauges sent in one second with the same tags and host one overwrites the other.
# Behaviour: the name of a percentile is the floor of a hundred times the fraction. So 0.99, 0.995 and 0.999 all become
# 99percentile and are sent in one flush with the same name, tags and time. 0.57 * 100 is 56.99999999999999 and becomes
# 56percentile; 0.29 and 0.58 are named one too low as well. The rank is rounded to the nearest, and rank 0 is taken
# before the first value: for a low fraction of few values the point has no value at all. No error is reported.
# Output seen (1,000 durations in milliseconds: 900 of 1, 80 of 2, 15 of 40 and 5 of 900; what the reporter gets):
#   ack.99percentile 40, ack.99percentile 40, ack.99percentile 900
#   exact: p99 40, p99.5 40, p99.9 900
#   fractions 0.01 to 0.99 with a wrong name: 0.29 as 28, 0.57 as 56, 0.58 as 57
#   0.05 of 5 values: undefined
#
# Why it matters: an objective for orders has a limit for p99 and one for p99.9. Both go to one name, and the series that
# the alert on p99 reads holds 40 ms or 900 ms, depending on the point that is kept. One who sends 0.999 alone sees his
# worst thousandth as p99. Send a distribution() and let the server compute percentiles, or use a second histogram with
# another key for each fraction beyond 0.99.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts datadog-metrics@0.12.1 || exit 2
cat >"$T/check.js" <<'JS'
const { BufferedMetricsLogger } = require('datadog-metrics');

/** The points that a histogram with these percentiles sends in one flush. */
async function send(values, percentiles) {
  const sent = [];
  const reporter = { report: async (series) => void sent.push(...series) };
  const logger = new BufferedMetricsLogger({ reporter, flushIntervalSeconds: 0, histogram: { aggregates: [], percentiles } });
  for (const value of values) logger.histogram('ack', value, ['venue:one'], 1_796_000_000_000);
  await logger.flush();
  return sent.map(({ metric, points, tags }) => ({ metric, time: points[0][0], value: points[0][1], tags: tags.join() }));
}
/** The smallest value that at least this part of all values does not exceed. */
const exact = (values, part) => [...values].sort((a, b) => a - b)[Math.ceil(Math.round(part * values.length * 1e6) / 1e6) - 1];

async function main() {
  const values = [[900, 1], [80, 2], [15, 40], [5, 900]].flatMap(([count, value]) => Array(count).fill(value));
  const parts = [0.99, 0.995, 0.999];
  const sent = await send(values, parts);
  const right = parts.map((part) => exact(values, part));
  console.log(sent.map(({ metric, value }) => `${metric} ${value}`).join(', '));
  console.log(`exact: ${parts.map((part, i) => `p${Number((part * 100).toFixed(1))} ${right[i]}`).join(', ')}`);

  const all = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  const named = await send(values, all);
  const wrong = all.map((part, i) => ({ part, name: Number(/(\d+)percentile/.exec(named[i].metric)[1]), number: i + 1 }));
  const off = wrong.filter(({ name, number }) => name !== number);
  console.log(`fractions 0.01 to 0.99 with a wrong name: ${off.map(({ part, name }) => `${part} as ${name}`).join(', ')}`);
  const [low] = await send([1, 2, 3, 4, 5], [0.05]);
  console.log(`0.05 of 5 values: ${low.value}`);

  if (sent.length !== 3 || sent.some(({ value }, i) => value !== right[i])) throw new Error('the comparison is wrong');
  const keys = new Set(sent.map(({ metric, time, tags }) => `${metric} ${time} ${tags}`));
  if (keys.size !== 1) throw new Error('CHANGED: percentiles have names of their own');
  if (off.length === 0) throw new Error('CHANGED: all names are right');
}
main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
JS
node "$T/check.js"
