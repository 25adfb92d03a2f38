#!/usr/bin/env bash
# A process that pauses while it takes a lock of simple-redis-mutex gets a higher fencing token than the process that
# holds the lock by then. Storage that checks the tokens accepts the stale process and rejects the holder.
#
# Tried on 2026-11-30 with simple-redis-mutex 3.0.0, redis 6.3.1, redis-semaphore 5.8.0 and ioredis 6.0.0 (npm) on Node
# 20.20, and the Debian package redis-tools 5:8.0.6-3 (Redis 8.0.6).
#
# Promise: the README says that a fencing token is an increasing number that identifies the order in which locks are
# acquired, for safer writes, and refers to Kleppmann's article on processes that pause. Its comment on lock() says that
# it throws an error if it does not get the lock within `failAfter`.
# Behaviour: SET takes the lock, and a second command, INCR, takes the token after the reply. A process that pauses in
# between loses the lock by its timeout and then draws the newest token. It is told that it has the lock. A second error
# has a similar cause: a SET that is in flight when `failAfter` passes is not undone. It takes the lock after the error,
# and nobody releases it before its timeout.
# Output seen (a timeout of 0.5 s; the first process is busy for 1 s, the second asks after 0.7 s; storage rejects a
# token below the highest so far; the control takes lock and token in one script):
#   busy after lock(): first token 1, second token 2; storage accepts the second, rejects the first
#   busy during lock(): first token 2, second token 1; storage rejects the second, accepts the first
#   busy during lock(), control: first token 1, second token 2; storage accepts the second, rejects the first
# Output seen (Redis executes no writes for 1.5 s; failAfter, or the limit of redis-semaphore, is 1 s, the timeout 5 s):
#   simple-redis-mutex: not acquired after 1.0 s; held 0.5 s after the stall: yes; the next lock waits 4.5 s
#   redis-semaphore: acquired after 1.5 s; held 0.5 s after the stall: no; the next lock waits 0.0 s
#
# Why it matters: fencing exists for pauses: a garbage collection, a long calculation, a machine that is moved. When one
# falls into lock(), the stale process overwrites a position, and the holder's writes are refused until it locks again.
# After a stall of Redis, each job whose lock() failed is blocked for another timeout, 30 s by default. Take lock and
# token in one script, as the control does, and call tryLock() in a loop of your own in place of `failAfter`.
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

debs redis-tools=5:8.0.6-3 "${LIBS[@]}"
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts simple-redis-mutex@3.0.0 redis@6.3.1 \
  redis-semaphore@5.8.0 ioredis@6.0.0 || exit 2
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
"$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 redis-server --library-path "$LIBC" \
  "$T/root/usr/bin/redis-check-rdb" --port 0 --unixsocket "$T/redis.sock" --save '' --dir "$T" >"$T/redis.log" 2>&1 &
SERVER=$!
for _ in $(seq 100); do [ -S "$T/redis.sock" ] && break; sleep 0.1; done
[ -S "$T/redis.sock" ] || exit 2
cat >"$T/check.js" <<'JS'
const { setTimeout: sleep } = require('node:timers/promises');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
const { createClient } = require('redis');
const { lock, tryLock } = require('simple-redis-mutex');

const path = workerData ?? process.argv[2];
const timeout = 500;
const connect = () => createClient({ socket: { path } }).connect();
const script = `if redis.call('SET', KEYS[1], 'held', 'NX', 'PX', ARGV[1]) then return redis.call('INCR', KEYS[2]) end return -1`;
async function take(redis, mode) {
  if (mode === 'control') {
    const number = await redis.eval(script, { keys: ['control', 'tokens'], arguments: [`${timeout}`] });
    return { held: number !== -1, token: number };
  }
  const [held, release] = await tryLock(redis, 'job', { timeout });
  return { held, token: release.fencingToken };
}
function calculate(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}

/** The first process, in a thread of its own. It becomes busy after its request for the lock, or after the lock. */
async function first() {
  const redis = await connect();
  await (await lock(redis, 'other'))(); // opens the connection for notifications
  parentPort.on('message', async (mode) => {
    if (mode === 'end') return process.exit();
    const request = take(redis, mode);
    if (mode !== 'after') {
      await null;
      await null;
      await new Promise((resolve) => setImmediate(resolve)); // the client has sent the request
      calculate(1000);
    }
    const answer = await request;
    if (mode === 'after') calculate(1000);
    parentPort.postMessage(answer);
  });
  parentPort.postMessage('ready');
}
async function fencing(redis, mode, name) {
  await redis.flushAll();
  const worker = new Worker(__filename, { workerData: path });
  const next = () => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await next();
  await redis.del('@simple-redis-mutex:fencing-tokens');
  worker.postMessage(mode);
  const paused = next();
  await sleep(700);
  const { held, token } = await take(redis, mode);
  const late = await paused;
  worker.postMessage('end');
  if (!held || !late.held) throw new Error('the comparison is wrong: a process did not get the lock');
  // The second process writes at once, the first one after its pause, and the second one again.
  let highest = 0;
  const write = (number) => (number >= highest ? ((highest = number), true) : false);
  write(token);
  const accepted = { first: write(late.token), second: write(token) };
  const words = (yes) => (yes ? 'accepts' : 'rejects');
  console.log(`${name}: first token ${late.token}, second token ${token}; storage ${words(accepted.second)} the second, ${words(accepted.first)} the first`);
  return accepted;
}

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
/** Redis executes no writes for 1.5 s; the caller wants the lock within 1 s. */
async function stall(redis, name, acquire, again, key) {
  await redis.flushAll();
  await redis.sendCommand(['CLIENT', 'PAUSE', '1500', 'WRITE']);
  const start = Date.now();
  const release = await acquire().catch(() => null);
  const waited = Date.now() - start;
  await release?.();
  await sleep(2000 - (Date.now() - start));
  const held = (await redis.exists(key)) === 1;
  const before = Date.now();
  await (await again())();
  const wait = Date.now() - before;
  console.log(`${name}: ${release ? 'acquired' : 'not acquired'} after ${seconds(waited)}; held 0.5 s after the stall: ${held ? 'yes' : 'no'}; the next lock waits ${seconds(wait)}`);
  return { acquired: release !== null, held, wait };
}
async function main() {
  const { Redis } = require('ioredis');
  const { Mutex } = require('redis-semaphore');
  const redis = await connect();
  const other = new Redis(path);
  await (await lock(redis, 'other'))();
  const after = await fencing(redis, 'after', 'busy after lock()');
  const during = await fencing(redis, 'during', 'busy during lock()');
  const control = await fencing(redis, 'control', 'busy during lock(), control');
  const options = { timeout: 5000, pollingInterval: 100 };
  const simple = await stall(
    redis,
    'simple-redis-mutex',
    () => lock(redis, 'job', { ...options, failAfter: 1000 }),
    () => lock(redis, 'job', options),
    '@simple-redis-mutex:lock-job',
  );
  const acquire = async (acquireTimeout) => {
    const mutex = new Mutex(other, 'job', { lockTimeout: 5000, acquireTimeout });
    await mutex.acquire();
    return () => mutex.release();
  };
  const semaphore = await stall(redis, 'redis-semaphore', () => acquire(1000), () => acquire(10_000), 'mutex:job');
  other.disconnect();
  await redis.close();
  const works = ({ first: one, second }) => second && !one;
  if (!works(after) || !works(control) || semaphore.held || semaphore.wait > 500) throw new Error('the comparison is wrong');
  if (!during.first || during.second) throw new Error('CHANGED: the tokens follow the order of the locks');
  if (simple.acquired || !simple.held || simple.wait < 2000) throw new Error('CHANGED: a lock that was not acquired is not held');
}
if (isMainThread) {
  main().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
} else {
  void first();
}
JS
node "$T/check.js" "$T/redis.sock"
