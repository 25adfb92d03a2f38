#!/usr/bin/env bash
# The SamplingBreaker of cockatiel counts calls from long before its time window: after a pause it opens at the first
# failure, or eight times too late.
#
# Tried on 2026-11-30 with cockatiel 3.2.1 (npm) on Node 20.20. cockatiel 4.0.0, for Node 22, has the same code.
#
# Promise: the README says that the breaker opens after a proportion of the requests over a time period fail, and that
# minimumRps keeps it closed under low load.
# Behaviour: the time period is cut into windows of one second, used in turn. The first call after the end of a window
# moves on to the next one and drops the counts of that one alone, however much time has passed. So the breaker sums up
# the last 30 seconds that had a call. With a call in each second these are the last 30 seconds.
# Output seen (threshold 0.5 and period 30 s; minimumRps 1, and 0.1 in the last line; busy for a minute, then as said;
# exact: a count of the calls of the last 30 seconds):
#   4 calls a second, none failing, no pause, then 4 failures a second: opens after 61 failures, exact 61
#   2 calls a second, each second one failing, an hour of pause, then 1 failure a second: opens after 1 failures, exact 30
#   100 calls a second, none failing, an hour of pause, then 4 failures a second: opens after 113 failures, exact 30
#   4 calls a second, none failing, an hour of pause, then a failure each 5 s: opens after 25 failures, exact 3
#
# Why it matters: calls to a venue come in bursts, with pauses over lunch, a night or a weekend. One timeout on Monday
# then cuts off a venue that is well, because Friday ended badly. Or orders go on into a venue that is down, because
# Friday was busy. A load test without pauses passes. A CountBreaker, which names a number of calls, is right.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts cockatiel@3.2.1 || exit 2
cat >"$T/check.js" <<'JS'
const { circuitBreaker, CircuitState, handleAll, SamplingBreaker } = require('cockatiel');

const [SECOND, HOUR, PERIOD, THRESHOLD] = [1000, 3_600_000, 30_000, 0.5];
let now = Date.UTC(2026, 10, 30);
Date.now = () => now;

/** What the README says: the calls of the last 30 seconds, and nothing else. */
function exactBreaker(minimumRps) {
  const calls = [];
  return (failed) => {
    calls.push({ time: now, failed });
    const last = calls.filter(({ time }) => time > now - PERIOD);
    const failures = last.filter((call) => call.failed).length;
    return failed && last.length >= (minimumRps * PERIOD) / SECOND && failures > THRESHOLD * last.length;
  };
}

/** Busy for a minute, then a pause, then every call fails: how many calls until the circuit is open. */
async function measure({ label, perSecond, failEvery, pause, interval, minimumRps }) {
  const policy = circuitBreaker(handleAll, {
    halfOpenAfter: 24 * HOUR,
    breaker: new SamplingBreaker({ threshold: THRESHOLD, duration: PERIOD, minimumRps }),
  });
  const exact = exactBreaker(minimumRps);
  const call = async (failed) => {
    await policy.execute(() => (failed ? Promise.reject(new Error('down')) : 'fine')).catch(() => {});
    return { open: policy.state === CircuitState.Open, exact: exact(failed) };
  };
  for (let i = 1; i <= 60 * perSecond; i++) {
    now += SECOND / perSecond;
    const { open, exact: opened } = await call(failEvery > 0 && i % failEvery === 0);
    if (open || opened) throw new Error('open while busy');
  }
  now += pause;
  const result = { open: 0, exact: 0 };
  for (let i = 1; !(result.open && result.exact); i++) {
    now += interval;
    const seen = await call(true);
    for (const key of ['open', 'exact']) if (seen[key]) result[key] ||= i;
  }
  console.log(`${label}: opens after ${result.open} failures, exact ${result.exact}`);
  return result;
}

async function main() {
  const steady = await measure({ label: '4 calls a second, none failing, no pause, then 4 failures a second', perSecond: 4, failEvery: 0, pause: 0, interval: 250, minimumRps: 1 });
  const early = await measure({ label: '2 calls a second, each second one failing, an hour of pause, then 1 failure a second', perSecond: 2, failEvery: 2, pause: HOUR, interval: SECOND, minimumRps: 1 });
  const late = await measure({ label: '100 calls a second, none failing, an hour of pause, then 4 failures a second', perSecond: 100, failEvery: 0, pause: HOUR, interval: 250, minimumRps: 1 });
  const quiet = await measure({ label: '4 calls a second, none failing, an hour of pause, then a failure each 5 s', perSecond: 4, failEvery: 0, pause: HOUR, interval: 5 * SECOND, minimumRps: 0.1 });
  if (Math.abs(steady.open - steady.exact) > 4) throw new Error('the comparison is wrong');
  if (early.open >= 10 || late.open < 2 * late.exact || quiet.open < 2 * quiet.exact) throw new Error('CHANGED: only the time period counts');
}
main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
JS
node "$T/check.js"
