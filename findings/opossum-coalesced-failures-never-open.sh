#!/usr/bin/env bash
# With `coalesce`, or with hits of its `cache`, a breaker of opossum stays closed although every call fails: shared calls
# count as fired, but their failure counts once.
#
# Tried on 2026-11-30 with opossum 10.0.0 and 9.0.0 (npm) on Node 20.20. Version 10 asks for Node 22; both behave alike.
#
# Promise: the README says that with `coalesce` several calls of the breaker are handled as one, and of
# errorThresholdPercentage: "When 50% of requests fail, trip the circuit". It defines the rate as failures divided by
# the number of times the circuit was fired.
# Behaviour: a caller that shares the call of another, or gets a cached value, counts as a fire. If the shared call
# fails, all its callers get the error, but only one failure counts. With n callers at once the rate of a total outage
# is 100 / n %. It has to exceed the default threshold of 50 %, so two callers keep the breaker closed. Hits of the
# cache lower the rate in the same way.
# Output seen (50 rounds in which all callers ask for the same price at once and the venue always fails, at least 5
# requests before the breaker may open; calls: those that reach the venue):
#   1 caller: coalesce 5 calls, open; without 5 calls, open; shared before the breaker 5 calls, open
#   2 callers: coalesce 50 calls, CLOSED at 50 %; without 6 calls, open; shared before the breaker 5 calls, open
#   3 callers: coalesce 50 calls, CLOSED at 33 %; without 6 calls, open; shared before the breaker 5 calls, open
#   10 callers: coalesce 50 calls, CLOSED at 10 %; without 10 calls, open; shared before the breaker 5 calls, open
#   cache, a cached price read twice as often as others fail: 50 calls, CLOSED at 33 %;
#     not through the breaker: 4 calls, open
#
# Why it matters: coalescing is for several strategies that ask for the same quote or balance at once. There the breaker
# never opens in a total outage: each round waits for the timeout of a dead venue, and whatever the event "open" should
# start does not start. With one caller, as in tests, it is right. Share running calls in a map of your own in front of
# the breaker, and keep cached values there too.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts opossum@10.0.0 opossum9@npm:opossum@9.0.0 || exit 2
cat >"$T/check.js" <<'JS'
const ROUNDS = 50;
const VERSIONS = { '10.0.0': require('opossum'), '9.0.0': require('opossum9') };
const OPTIONS = { timeout: 1000, errorThresholdPercentage: 50, resetTimeout: 600_000, volumeThreshold: 5 };
const RESET = ['error', 'success', 'timeout']; // only calls that run at the same time share a result

/** One running call for each key, for all callers. */
function shared(ask) {
  const running = new Map();
  return (key) => {
    if (!running.has(key)) running.set(key, ask(key).finally(() => running.delete(key)));
    return running.get(key);
  };
}
async function outage(Breaker, callers, options, wrap = (ask) => ask) {
  let [calls, failed] = [0, 0];
  const venue = async () => {
    calls += 1;
    await new Promise((resolve) => setTimeout(resolve, 2));
    throw new Error('the venue is down');
  };
  const breaker = new Breaker(venue, { ...OPTIONS, ...options });
  const ask = wrap((key) => breaker.fire(key));
  const request = () => ask('BTC').catch(() => (failed += 1));
  for (let i = 0; i < ROUNDS; i++) await Promise.all(Array.from({ length: callers }, request));
  return result(breaker, calls, failed);
}
/** A cached price is read twice before each request for another that fails. */
async function cached(Breaker, throughBreaker) {
  let [calls, failed] = [0, 0];
  const venue = async (key) => {
    if (key === 'cached') return 100;
    calls += 1;
    throw new Error('the venue is down');
  };
  const breaker = new Breaker(venue, { ...OPTIONS, cache: true });
  const value = breaker.fire('cached');
  await value;
  for (let i = 0; i < ROUNDS; i++) {
    for (let reads = 0; reads < 2; reads++) await (throughBreaker ? breaker.fire('cached') : value);
    await breaker.fire(`key ${i}`).catch(() => (failed += 1));
  }
  return result(breaker, calls, failed);
}
function result(breaker, calls, failed) {
  const { fires, failures } = breaker.stats;
  const open = breaker.opened;
  breaker.shutdown();
  return { calls, failed, open, text: `${calls} calls, ${open ? 'open' : `CLOSED at ${Math.round((100 * failures) / fires)} %`}` };
}
async function main() {
  for (const [version, Breaker] of Object.entries(VERSIONS)) {
    console.log(`opossum ${version}`);
    const rows = [];
    for (const callers of [1, 2, 3, 10]) {
      const coalesced = await outage(Breaker, callers, { coalesce: true, coalesceResetOn: RESET });
      const plain = await outage(Breaker, callers, {});
      const before = await outage(Breaker, callers, {}, shared);
      rows.push({ callers, coalesced, plain, before });
      console.log(`${callers} caller${callers > 1 ? 's' : ''}: coalesce ${coalesced.text}; without ${plain.text}; shared before the breaker ${before.text}`);
    }
    const [through, around] = [await cached(Breaker, true), await cached(Breaker, false)];
    console.log(`cache, a cached price read twice as often as others fail: ${through.text}; not through the breaker: ${around.text}`);
    const wrong = rows.some(({ callers, coalesced, plain, before }) => coalesced.failed !== ROUNDS * callers || !plain.open || !before.open);
    if (wrong || !rows[0].coalesced.open || !around.open || through.failed !== ROUNDS) throw new Error('the comparison is wrong');
    if (rows.slice(1).some(({ coalesced }) => coalesced.open || coalesced.calls !== ROUNDS)) throw new Error('CHANGED: coalesced failures open the breaker');
    if (through.open) throw new Error('CHANGED: hits of the cache do not lower the rate of failures');
  }
}
main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
JS
node "$T/check.js"
