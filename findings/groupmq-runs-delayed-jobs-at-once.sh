#!/usr/bin/env bash
# A job of groupmq with a delay of 3 s runs after 0.1 s when its group has work, and at midnight jobs of the new day
# overtake those of the old one.
#
# Tried on 2026-12-01 with groupmq 1.1.0 and ioredis 6.0.0 (npm) on Node 20.20, and the Debian package valkey-tools
# 9.1.2-1 (Valkey 9.1).
#
# Promise: the README calls `delay` the time before a job becomes available, and `runAt` the time at which to run it. It
# says that the jobs of a group are processed in strict order and that jobs with an earlier orderMs process first.
# Behaviour: a worker that has finished a job takes the next one of the same group in the same step, and that step does
# not ask whether the job is delayed. The option atomicCompletion, which the README lists for this step, is not read.
# Only a job that is first in an idle group waits, and then all later jobs of the group wait with it.
# The order in a group follows orderMs times 1,000 plus the number of the job in its day, over all groups. That number
# begins again at midnight UTC. So a job is placed one second too late per million jobs before it on its day, and the
# first jobs of a new day come before the last ones of the old day.
# Output seen (one worker, jobs of 50 ms; then 100 jobs of one group, 2 ms apart around midnight, after 20,000 others):
#   busy group, delay 3000: ran after 0.1 s, while the queue counted it as delayed
#   busy group, runAt in 3 s: ran after 0.1 s
#   busy group, delay 3000, atomicCompletion false: ran after 0.1 s
#   idle group, delay 3000: ran after 3.1 s, the order after it, without a delay, after 3.2 s
#   around midnight: 10 jobs of the new day ran before the last one of the old day; without the others 0
#
# Why it matters: "cancel this order in 30 seconds" goes to the group of its symbol, behind the order. It then runs as
# soon as the order is sent. In a test with an idle group it waits as it should. With ten million jobs a day, a cancel
# just after midnight overtakes the orders of the last ten seconds that still wait. Give each delayed job a group of its
# own, and do not rely on the order of a backlog at midnight UTC.
set -euo pipefail
T=$(mktemp -d)
SERVER=
cleanup() {
  [ -z "$SERVER" ] || { kill "$SERVER" 2>/dev/null && wait "$SERVER" 2>/dev/null || true; }
  rm -rf "$T"
}
trap cleanup EXIT
LIBS=(libc6 libssl3t64 libjemalloc2 liblzf1 libstdc++6 libgcc-s1 libsystemd0 libzstd1 zlib1g libcap2 libatomic1)

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

debs valkey-tools=9.1.2-1 "${LIBS[@]}"
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts groupmq@1.1.0 ioredis@6.0.0 || exit 2
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
"$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 valkey-server --library-path "$LIBC" \
  "$T/root/usr/bin/valkey-check-rdb" --port 0 --unixsocket "$T/valkey.sock" --save '' --dir "$T" >"$T/valkey.log" 2>&1 &
SERVER=$!
for _ in $(seq 100); do [ -S "$T/valkey.sock" ] && break; sleep 0.1; done
[ -S "$T/valkey.sock" ] || exit 2
cat >"$T/check.mjs" <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, Worker } from 'groupmq';
import { Redis } from 'ioredis';

const redis = new Redis(process.argv[2], { maxRetriesPerRequest: null });
const [DELAY, WORK] = [3000, 50];

/** Seconds until the delayed job and the plain one after it ran. */
async function delayed(namespace, { busy, options, later }) {
  const queue = new Queue({ redis, namespace });
  const ran = {};
  if (busy) {
    await queue.add({ groupId: 'BTC', data: 'first' });
    await queue.add({ groupId: 'BTC', data: 'second' });
  }
  const begin = Date.now();
  await queue.add({ groupId: 'BTC', data: 'cancel', ...later() });
  await queue.add({ groupId: 'BTC', data: 'last' });
  const { delayed: counted } = await queue.getJobCounts();
  const handler = async ({ data }) => {
    ran[data] = (Date.now() - begin) / 1000;
    await sleep(WORK);
  };
  const worker = new Worker({ queue, handler, blockingTimeoutSec: 1, ...options });
  worker.run().catch(() => {});
  while (ran.last === undefined && Date.now() - begin < 4 * DELAY) await sleep(20);
  await worker.close(500);
  return { ...ran, counted };
}

/** Jobs of the new day that ran before the last one of the old day. */
async function midnight(namespace, others) {
  const queue = new Queue({ redis, namespace });
  const start = (Math.floor(Date.now() / 86_400_000) + 1) * 86_400_000;
  for (let i = 0; i < others; i += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, k) => queue.add({ groupId: `other ${k}`, data: 0, orderMs: start - 60_000 })));
  }
  for (let i = -50; i < 50; i++) await queue.add({ groupId: 'BTC', data: i, orderMs: start + 2 * i });
  const order = [];
  const handler = async ({ groupId, data }) => groupId === 'BTC' && order.push(data);
  const worker = new Worker({ queue, handler, concurrency: 16, blockingTimeoutSec: 1 });
  worker.run().catch(() => {});
  for (let i = 0; i < 500 && order.length < 100; i++) await sleep(20);
  await worker.close(500);
  if (order.length !== 100) throw new Error('the comparison is wrong');
  return order.slice(0, order.indexOf(-1)).filter((i) => i >= 0).length;
}

const delay = () => ({ delay: DELAY });
const runAt = () => ({ runAt: new Date(Date.now() + DELAY) });
const busy = await delayed('busy', { busy: true, later: delay });
const at = await delayed('at', { busy: true, later: runAt });
const plain = await delayed('plain', { busy: true, later: delay, options: { atomicCompletion: false } });
const idle = await delayed('idle', { busy: false, later: delay });
const [overtaken, control] = [await midnight('m', 20_000), await midnight('control', 0)];
const text = (seconds) => `${seconds.toFixed(1)} s`;
console.log(`busy group, delay ${DELAY}: ran after ${text(busy.cancel)}, while the queue counted ${busy.counted === 1 ? 'it' : 'nothing'} as delayed`);
console.log(`busy group, runAt in ${DELAY / 1000} s: ran after ${text(at.cancel)}`);
console.log(`busy group, delay ${DELAY}, atomicCompletion false: ran after ${text(plain.cancel)}`);
console.log(`idle group, delay ${DELAY}: ran after ${text(idle.cancel)}, the order after it, without a delay, after ${text(idle.last)}`);
console.log(`around midnight: ${overtaken} jobs of the new day ran before the last one of the old day; without the others ${control}`);
await redis.quit();
if (control !== 0 || idle.cancel < DELAY / 1000 - 0.1) throw new Error('the comparison is wrong');
if (![busy, at].every(({ cancel }) => cancel < 1)) throw new Error('CHANGED: a delayed job waits in a busy group too');
if (overtaken < 5) throw new Error('CHANGED: jobs keep their order at midnight');
process.exit(0);
JS
timeout 50 node "$T/check.mjs" "$T/valkey.sock"
