#!/usr/bin/env bash
# One slow call holds back all queued calls of p-ratelimit until it ends, although the rate allows five of them a
# second. With maxDelay they are rejected.
#
# Tried on 2026-12-01 with p-ratelimit 1.0.1 and p-throttle 8.1.1 (npm) on Node 20.20.
#
# Promise: the README says that a call that would exceed the rate is queued until it can run within the rate limits.
# `rate` is the number of calls per interval. The number of calls that run at once is another option, `concurrency`, for
# those who want it too. maxDelay rejects a call that waits longer.
# Behaviour: the queue is looked at when a call is added and when one ends. A timer for the next interval is set only if
# no call is running. So with one call running, nothing looks at the queue once the interval is over. A new call starts
# it again, as far as the rate goes at that moment.
# Output seen (five calls a second, no limit of concurrency; one slow call of 4 s, then a burst of 20 quick ones; start
# of each quick call in seconds):
#   p-ratelimit, no slow call: 0.0 0.0 0.0 0.0 0.0 1.0 1.0 1.0 1.0 1.0 2.0 2.0 2.0 2.0 2.0 3.1 3.1 3.1 3.1 3.1
#   p-ratelimit, a slow call: 0.0 0.0 0.0 0.0 4.0 4.0 4.0 4.0 4.0 5.0 5.0 5.0 5.0 5.0 6.0 6.0 6.0 6.0 6.0 7.0
#   p-throttle, a slow call: 0.0 0.0 0.0 0.0 1.0 1.0 1.0 1.0 1.0 2.0 2.0 2.0 2.0 2.0 3.0 3.0 3.0 3.0 3.0 4.0
#   p-ratelimit, a slow call, maxDelay 3500: 12 of 20 rejected; without the slow call 0
#
# Why it matters: one client of a venue shares the limit between orders and slow calls such as a history download. A
# burst of cancels then waits until the download ends, with the limit unused. The package has 110,000 downloads a
# month. Tests with a few short calls pass. Use p-throttle.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts p-ratelimit@1.0.1 p-throttle@8.1.1 || exit 2
cat >"$T/check.mjs" <<'JS'
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import pThrottle from 'p-throttle';

const { pRateLimit } = createRequire(import.meta.url)('p-ratelimit');
const [RATE, INTERVAL, SLOW, QUICK, CALLS] = [5, 1000, 4000, 20, 20];

async function measure(limit, slow) {
  const begin = Date.now();
  const starts = [];
  let rejected = 0;
  const calls = slow ? [limit(() => sleep(SLOW))] : [];
  for (let i = 0; i < CALLS; i++) {
    const quick = async () => {
      starts.push((Date.now() - begin) / 1000);
      await sleep(QUICK);
    };
    calls.push(limit(quick).catch(() => (rejected += 1)));
  }
  await Promise.all(calls);
  return { starts, rejected };
}
const rateLimit = (quota = {}) => pRateLimit({ interval: INTERVAL, rate: RATE, ...quota });
const [quiet, held, throttled, impatient, patient] = await Promise.all([
  measure(rateLimit(), false),
  measure(rateLimit(), true),
  measure(pThrottle({ limit: RATE, interval: INTERVAL })((call) => call()), true),
  measure(rateLimit({ maxDelay: 3500 }), true),
  measure(rateLimit({ maxDelay: 3500 }), false),
]);
const text = ({ starts }) => starts.map((start) => start.toFixed(1)).join(' ');
console.log(`p-ratelimit, no slow call: ${text(quiet)}`);
console.log(`p-ratelimit, a slow call: ${text(held)}`);
console.log(`p-throttle, a slow call: ${text(throttled)}`);
console.log(`p-ratelimit, a slow call, maxDelay 3500: ${impatient.rejected} of ${CALLS} rejected; without the slow call ${patient.rejected}`);

/** Quick calls that started after the first interval and before the slow call ended. */
const meanwhile = ({ starts }) => starts.filter((start) => start > 0.5 && start < SLOW / 1000 - 0.3).length;
if (meanwhile(quiet) < 14 || meanwhile(throttled) < 14 || patient.rejected > 0) throw new Error('the comparison is wrong');
if (meanwhile(held) > 0 || impatient.rejected < 8) throw new Error('CHANGED: queued calls start beside a slow call');
JS
timeout 50 node "$T/check.mjs"
