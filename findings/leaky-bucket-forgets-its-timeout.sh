#!/usr/bin/env bash
# Each pay() of a leaky-bucket lengthens its queue for good: after an hour of use a timeout of two minutes lets requests
# wait for half an hour.
#
# Tried on 2026-12-01 with leaky-bucket 4.1.4 (npm) on Node 20.20.
#
# Promise: the README says that with a timeout the bucket queues items as long as they can be executed within it, and
# that throttle() throws otherwise. pay(cost) reduces the current capacity. The source calls it the way to account for a
# cost that is only known after the execution.
# Behaviour: the bucket keeps the sum of the costs in its queue and compares it with what fits into the timeout. pay()
# takes its cost from that sum too, although it was never added. So the sum falls below zero with each pay(), for the
# life of the bucket, and that much more is queued. The rate itself is kept.
# Output seen (simulated time; 1,200 units a minute, timeout 120 s. First one request each two seconds, half the limit,
# by throttle(1) and then pay(19), or by throttle(20). Then 5,000 calls of throttle(20) at once, without pay):
#   throttle(20) for an hour: 4880 rejected, the last one waits 60 s
#   pay(19) for 0 minutes: 4880 rejected, the last one waits 60 s
#   pay(19) for 10 minutes: 4595 rejected, the last one waits 345 s
#   pay(19) for 60 minutes: 3170 rejected, the last one waits 1770 s
#   pay(19) for 360 minutes: 0 rejected, the last one waits 4940 s
#
# Why it matters: venues report the weight of a request with its response, which is what pay() is for. The timeout is
# there so that an order is refused rather than sent minutes late. After hours of normal use it does nothing: in the
# first jam orders go out with prices of an hour ago. A fresh bucket in a test rejects. Give throttle() the full cost,
# or check the time that a request has waited before you send it.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts leaky-bucket@4.1.4 || exit 2
cat >"$T/check.mjs" <<'JS'
import { mock } from 'node:test';
import LeakyBucket from 'leaky-bucket';

const [UNITS, INTERVAL, TIMEOUT, COST] = [1200, 60, 120, 20];
const turn = () => new Promise((resolve) => setImmediate(resolve));

function start() {
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: Date.UTC(2026, 11, 1) });
  const bucket = new LeakyBucket({ capacity: UNITS, interval: INTERVAL, timeout: TIMEOUT });
  const count = { rejected: 0, longest: 0 };
  function request(cost, extra) {
    const asked = Date.now();
    const passed = () => {
      count.longest = Math.max(count.longest, Math.round((Date.now() - asked) / 1000));
      if (extra > 0) bucket.pay(extra);
    };
    bucket.throttle(cost).then(passed, () => (count.rejected += 1));
  }
  async function pass(seconds) {
    await turn();
    for (let i = 0; i < seconds * 2; i++) {
      mock.timers.tick(500);
      await turn();
    }
  }
  return { count, request, pass, end: () => mock.timers.reset() };
}
/** Light use for some minutes, and then a jam of requests whose cost is known. */
async function measure(pay, minutes) {
  const { count, request, pass, end } = start();
  for (let i = 0; i < minutes * 30; i++) {
    request(pay ? 1 : COST, pay ? COST - 1 : 0);
    await pass(2);
  }
  if (count.rejected > 0 || count.longest > 0) throw new Error('the comparison is wrong');
  for (let i = 0; i < 5000; i++) request(COST, 0);
  await pass(5400);
  end();
  return count;
}
const text = ({ rejected, longest }) => `${rejected} rejected, the last one waits ${longest} s`;
const full = await measure(false, 60);
console.log(`throttle(20) for an hour: ${text(full)}`);
const paid = {};
for (const minutes of [0, 10, 60, 360]) {
  paid[minutes] = await measure(true, minutes);
  console.log(`pay(19) for ${minutes} minutes: ${text(paid[minutes])}`);
}
// By hand: 60 requests go at once, and 60 more fit into the minute of refill that the timeout leaves.
const right = 5000 - (TIMEOUT / INTERVAL) * (UNITS / COST);
for (const { rejected, longest } of [full, paid[0]]) {
  if (rejected !== right || longest > TIMEOUT) throw new Error('the comparison is wrong');
}
if (paid[60].longest < 1000 || paid[360].rejected > 0) throw new Error('CHANGED: the timeout holds after pay()');
JS
timeout 50 node --no-warnings "$T/check.mjs"
