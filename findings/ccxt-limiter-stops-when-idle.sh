#!/usr/bin/env bash
# The rate limiter of ccxt does not recover while it is idle: an order to Kraken waits 3 seconds, however long ago the
# last request was.
#
# Tried on 2026-11-30 with ccxt 4.5.84 (npm) on Node 20.20.
#
# Promise: the README says that a leaky bucket, the default, queues requests and releases them at a steady rate, so that
# it smooths bursts. The manual calls `rateLimit` the required minimal delay between two requests.
# Behaviour: the bucket gains tokens only inside of the loop that serves waiting requests, and counts the time from the
# start of that loop. The loop ends once the queue is empty, and the debt of the last request remains. The next request
# starts the loop anew and pays the whole debt by waiting, as if no time had passed. A request that costs nothing waits
# as well. The rolling window, which is an option, counts idle time.
# Output seen (an order waits, in seconds, this long after a request; no network; needed: cost x rateLimit - pause):
#   kraken, after a balance (cost 3), order of cost 0, pause 0 s: needed 3.0, leaky bucket 3.0, rolling window 0.0
#   kraken, after a balance (cost 3), order of cost 0, pause 2 s: needed 1.0, leaky bucket 3.0, rolling window 0.0
#   kraken, after a balance (cost 3), order of cost 0, pause 8 s: needed 0.0, leaky bucket 3.0, rolling window 0.0
#   binance, after all open orders (cost 16), order of cost 0.2, pause 8 s: needed 0.0, leaky bucket 0.8, rolling window 0.0
#
# Why it matters: a program reads its balance, waits for a signal, and sends its order. The order is late by the cost of
# the last request, even after an hour without requests. A test of the limiter by a burst of requests shows the right
# rate. Measure the time until fetch() is called, or set `rateLimiterAlgorithm: 'rollingWindow'`.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts ccxt@4.5.84 || exit 2
cat >"$T/check.js" <<'JS'
const ccxt = require('ccxt');

const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const VENUES = {
  kraken: {
    label: 'after a balance (cost 3), order of cost 0',
    cost: 3,
    first: (venue) => venue.privatePostBalance(),
    order: (venue) => venue.privatePostAddOrder({ pair: 'XBTUSD' }),
  },
  binance: {
    label: 'after all open orders (cost 16), order of cost 0.2',
    cost: 16,
    first: (venue) => venue.privateGetOpenOrders(),
    order: (venue) => venue.privatePostOrder({ symbol: 'BTCUSDT' }),
  },
};

/** Seconds from the call that sends the order to the request on the (replaced) network. */
async function waited(id, pause, rateLimiterAlgorithm) {
  const venue = new ccxt[id]({ apiKey: 'key', secret: 'c2VjcmV0', rateLimiterAlgorithm });
  let requested;
  venue.fetch = async () => {
    requested = performance.now();
    return { error: [], result: {} };
  };
  await VENUES[id].first(venue);
  await sleep(pause);
  const start = performance.now();
  await VENUES[id].order(venue);
  return (requested - start) / 1000;
}

async function measure(id, pause) {
  const { label, cost } = VENUES[id];
  const needed = Math.max(0, (cost * new ccxt[id]().rateLimit) / 1000 - pause);
  const [bucket, window] = await Promise.all(['leakyBucket', 'rollingWindow'].map((algorithm) => waited(id, pause, algorithm)));
  return {
    needed,
    bucket,
    window,
    line: `${id}, ${label}, pause ${pause} s: needed ${needed.toFixed(1)}, leaky bucket ${bucket.toFixed(1)}, rolling window ${window.toFixed(1)}`,
  };
}

async function main() {
  const cases = await Promise.all([measure('kraken', 0), measure('kraken', 2), measure('kraken', 8), measure('binance', 8)]);
  for (const { line } of cases) console.log(line);
  if (cases.some(({ window }) => window > 0.6) || Math.abs(cases[0].bucket - 3) > 0.5) throw new Error('the comparison is wrong');
  if (cases.slice(1).some(({ bucket, needed }) => bucket < needed + 0.4)) throw new Error('CHANGED: idle time counts');
}
main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
JS
node "$T/check.js"
