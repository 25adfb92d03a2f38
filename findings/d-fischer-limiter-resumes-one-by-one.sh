#!/usr/bin/env bash
# After pause() and resume(), the time-based limiters of @d-fischer/rate-limiter send their queue at one request per
# time frame instead of the whole bucket, and requests made later overtake it.
#
# Tried on 2026-12-01 with @d-fischer/rate-limiter 1.1.0 and p-queue 8.1.0 (npm) on Node 20.20.
#
# Promise: bucketSize requests are allowed in each timeFrame. A request beyond that is queued. By the package's own log
# it then waits for a free place in the bucket, and during a pause for the end of the pause.
# Behaviour: resume() starts one request of the queue. Only the end of a time frame of a running request starts the next
# one, so a single chain of requests is left, however large the bucket. The other places of the bucket stay free, and a
# new request takes one of them at once, ahead of all that wait. The same happens to a queue that was there before the
# pause: each place that becomes free during the pause is lost to it. PartitionedTimeBasedRateLimiter does this in each
# partition.
# Output seen (10 requests in 200 ms; 50 requests):
#   queued during a pause, sent in the first second after it: 5 of 50, partitioned 5, p-queue 50
#   never paused: 50 of 50, with resume() called 10 times 50
#   paused for 300 ms with 40 in the queue, sent in the first second after it: 5 of 40, p-queue 40
#   a request made 100 ms after the resume is number 2 of those sent, with p-queue number 51
#
# Why it matters: one pauses such a limiter while the connection is down or the venue asks for it, and has most to send
# after that. A queue of 500 orders at 50 a second then takes 500 s instead of 10 s, and a cancel can overtake the order
# it belongs to. Without a pause, all tests of the limit pass. If the pause was longer than the time frame, call
# resume() once for each place in the bucket. Or use p-queue.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @d-fischer/rate-limiter@1.1.0 p-queue@8.1.0 || exit 2
cat >"$T/check.mjs" <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import { PartitionedTimeBasedRateLimiter, TimeBasedRateLimiter } from '@d-fischer/rate-limiter';
import PQueue from 'p-queue';

const [SIZE, FRAME, COUNT] = [10, 200, 50];
const logger = { minLevel: 'critical' };

/** A limiter that notes each request it sends. */
function limited(Limiter) {
  const sent = [];
  const doRequest = async (request) => void sent.push(request);
  const limiter = new Limiter({ bucketSize: SIZE, timeFrame: FRAME, logger, doRequest, getPartitionKey: () => 'venue' });
  return {
    sent,
    request: (request) => void limiter.request(request).catch(() => {}),
    pause: () => limiter.pause(),
    resume: () => limiter.resume(),
    end: () => limiter.destroy(),
  };
}
/** The same limit with p-queue. */
function queued() {
  const sent = [];
  const queue = new PQueue({ interval: FRAME, intervalCap: SIZE });
  return {
    sent,
    request: (request) => void queue.add(async () => void sent.push(request)),
    pause: () => queue.pause(),
    resume: () => queue.start(),
    end: () => queue.clear(),
  };
}
const time = () => limited(TimeBasedRateLimiter);
const partitioned = () => limited(PartitionedTimeBasedRateLimiter);

/** How many of the requests that were queued during a pause are sent in the second after it. */
async function duringPause(make, calls = 1) {
  const limiter = make();
  limiter.pause();
  for (let i = 0; i < COUNT; i++) limiter.request(i);
  for (let i = 0; i < calls; i++) limiter.resume();
  await sleep(990);
  limiter.end();
  return limiter.sent.length;
}
async function neverPaused(make) {
  const limiter = make();
  for (let i = 0; i < COUNT; i++) limiter.request(i);
  await sleep(990);
  limiter.end();
  return limiter.sent.length;
}
/** The same for a queue that a pause interrupts. */
async function interrupted(make) {
  const limiter = make();
  for (let i = 0; i < COUNT; i++) limiter.request(i);
  await sleep(20);
  limiter.pause();
  await sleep(300);
  const before = limiter.sent.length;
  limiter.resume();
  await sleep(990);
  limiter.end();
  return { waiting: COUNT - before, after: limiter.sent.length - before };
}
/** The place, among all that are sent, of a request that is made after the resume. */
async function overtaking(make) {
  const limiter = make();
  limiter.pause();
  for (let i = 0; i < COUNT; i++) limiter.request(i);
  limiter.resume();
  await sleep(100);
  limiter.request('later');
  await sleep(1200);
  limiter.end();
  return limiter.sent.indexOf('later') + 1;
}
const paused = { time: await duringPause(time), partitioned: await duringPause(partitioned), queue: await duringPause(queued) };
console.log(`queued during a pause, sent in the first second after it: ${paused.time} of ${COUNT}, partitioned ${paused.partitioned}, p-queue ${paused.queue}`);
const [usual, repeated] = [await neverPaused(time), await duringPause(time, SIZE)];
console.log(`never paused: ${usual} of ${COUNT}, with resume() called ${SIZE} times ${repeated}`);
const [cut, cutQueue] = [await interrupted(time), await interrupted(queued)];
console.log(`paused for 300 ms with ${cut.waiting} in the queue, sent in the first second after it: ${cut.after} of ${cut.waiting}, p-queue ${cutQueue.after}`);
const [place, placeQueue] = [await overtaking(time), await overtaking(queued)];
console.log(`a request made 100 ms after the resume is number ${place} of those sent, with p-queue number ${placeQueue}`);
if (paused.queue < 40 || usual < 40 || repeated < 40 || cutQueue.after < 40 || placeQueue !== COUNT + 1) throw new Error('the comparison is wrong');
if (paused.time > 15 || paused.partitioned > 15 || cut.after > 15) throw new Error('CHANGED: a resume fills the bucket');
if (place === 0 || place > 10) throw new Error('CHANGED: later requests wait behind the queue');
JS
(cd "$T" && node check.mjs)
