#!/usr/bin/env bash
# A semaphore of redis-semaphore hands out the place of a holder that lives to a caller with a shorter timeout, once the
# holder's last refresh is older than that.
#
# Tried on 2026-11-30 with redis-semaphore 5.8.0 and ioredis 6.0.0 (npm) on Node 20.20, and the Debian package
# redis-tools 5:8.0.6-3 (Redis 8.0.6).
#
# Promise: the README says that a semaphore controls the access of several processes, by `maxCount`. `lockTimeout` is an
# option of each object, the time after which its lock is released by itself, and by default it is refreshed after 80 %
# of that time. The README warns of clocks that differ by more than that. It does not ask for equal timeouts.
# Behaviour: Redis has the time of the last refresh of each holder, but not its timeout. Whoever asks removes all
# holders that were last seen longer ago than its own timeout. It also makes the whole key expire after its own timeout.
# So an object with a short timeout ends the locks of those with long ones, by asking or by a mere pause of its process.
# The holder reports isAcquired until its next refresh.
# Output seen (one place, or two; a holder with a timeout of 5 s, and another object that comes 0.3 s later):
#   one place, another timeout of 5 s: refused for 2.5 s
#   one place, another timeout of 1 s: granted after 1.0 s, both hold it: true, the first one knows after 4.1 s
#   two places, another timeout of 5 s, its process gone for 1.5 s: 2 of 2 in Redis, the holder says true
#   two places, another timeout of 1 s, its process gone for 1.5 s: 0 of 2 in Redis, the holder says true
#
# Why it matters: a batch takes a place for minutes, an order takes one for a second, and both share the limit of a
# venue. The limit then holds between batches, and between orders, but not between the two. A test with one timeout
# passes. Give all objects of a key the same timeout.
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
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts redis-semaphore@5.8.0 ioredis@6.0.0 || exit 2
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
"$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 redis-server --library-path "$LIBC" \
  "$T/root/usr/bin/redis-check-rdb" --port 0 --unixsocket "$T/redis.sock" --save '' --dir "$T" >"$T/redis.log" 2>&1 &
SERVER=$!
for _ in $(seq 100); do [ -S "$T/redis.sock" ] && break; sleep 0.1; done
[ -S "$T/redis.sock" ] || exit 2
cat >"$T/check.js" <<'JS'
const { setTimeout: sleep } = require('node:timers/promises');
const { Redis } = require('ioredis');
const { Semaphore } = require('redis-semaphore');

const HOLDER = 5000;
const client = new Redis(process.argv[2]);
const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1);

/** A holder with a long timeout, and another object that asks for a place until the holder's first refresh. */
async function ask(lockTimeout) {
  const key = `one-place-${lockTimeout}`;
  const result = { lost: null, taken: null, both: false };
  const start = performance.now();
  const holder = new Semaphore(client, key, 1, { lockTimeout: HOLDER, onLockLost: () => (result.lost = seconds(start)) });
  await holder.acquire();
  await sleep(300);
  const other = new Semaphore(client, key, 1, { lockTimeout, acquireTimeout: 2500 });
  if (await other.tryAcquire()) result.taken = seconds(start);
  result.both = holder.isAcquired && other.isAcquired;
  await sleep(HOLDER - (performance.now() - start));
  await Promise.all([holder.release(), other.release()]);
  const when = result.taken ? `granted after ${result.taken} s, both hold it: ${result.both}, the first one knows after ${result.lost} s` : 'refused for 2.5 s';
  console.log(`one place, another timeout of ${lockTimeout / 1000} s: ${when}`);
  return result;
}
/** Two places, both taken, and the other object ends without a release. */
async function abandon(lockTimeout) {
  const key = `two-places-${lockTimeout}`;
  const holder = new Semaphore(client, key, 2, { lockTimeout: HOLDER });
  await holder.acquire();
  await sleep(300);
  const other = new Semaphore(client, key, 2, { lockTimeout, refreshInterval: 0 });
  await other.acquire();
  await sleep(1500);
  const left = await client.zcard(`semaphore:${key}`);
  console.log(`two places, another timeout of ${lockTimeout / 1000} s, its process gone for 1.5 s: ${left} of 2 in Redis, the holder says ${holder.isAcquired}`);
  await holder.release();
  return left;
}
async function main() {
  const [same, short, kept, left] = await Promise.all([ask(HOLDER), ask(1000), abandon(HOLDER), abandon(1000)]);
  if (same.taken || same.lost || kept !== 2) throw new Error('the comparison is wrong');
  if (!short.both) throw new Error('CHANGED: a shorter timeout does not end the lock of another holder');
  if (left !== 0) throw new Error('CHANGED: the key lives as long as its holders');
}
main()
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  })
  .finally(() => client.disconnect());
JS
node "$T/check.js" "$T/redis.sock"
