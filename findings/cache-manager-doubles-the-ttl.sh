#!/usr/bin/env bash
# With memory before Redis, wrap() of cache-manager serves values up to twice their TTL old: a value that one process
# finds in Redis is kept in its memory for the whole TTL, and not for the rest of it.
#
# Tried on 2026-11-30 with cache-manager 7.2.9, cacheable 2.5.0, keyv 5.6.0 and @keyv/redis 5.1.6 (npm) on Node 20.20,
# and the Debian package redis-tools 5:8.0.6-3 (Redis 8.0.6).
#
# Promise: `ttl` is the time to live in milliseconds, for wrap() as for set(). The README shows memory as layer 1 and
# Redis as layer 2. `raw` returns the time of the expiry.
# Behaviour: wrap() reads the remaining time of the value in Redis and compares it with refreshThreshold. Then it stores
# the value in memory with the full TTL. This happens in each process that did not compute the value itself, and goes
# on: when its copy expires, Redis again holds a value of about the same age. From the second read on `raw` tells the
# later expiry. This was reported in 2016 (issue 67, closed). cacheable, of the same repository, keeps the remaining time.
# Output seen (TTL 1 s; a source whose value is its time, read every 20 ms for 6 s by the process that asks first, and
# by one that starts 0.8 s later; each has a memory of its own and shares Redis; age of the values served):
#   cache-manager, memory and Redis: first process up to 1.0 s, mean 0.5 s, 0 % over the TTL; second up to 1.8 s, mean
#     1.3 s, 69 % over the TTL
#   cache-manager, Redis alone: first process up to 1.0 s, mean 0.5 s, 0 % over the TTL; second up to 1.0 s, mean
#     0.5 s, 0 % over the TTL
#   cacheable, memory and Redis: first process up to 1.0 s, mean 0.5 s, 0 % over the TTL; second up to 1.0 s, mean
#     0.5 s, 0 % over the TTL
#
# Why it matters: the TTL limits how old a price, a limit or a switch can be. A process that starts later exceeds it
# from then on, by up to as much again, and processes disagree on the value for that long. A test with one process is
# right, as it fills both layers at once. Use getOrSet() of cacheable, or Redis alone, or half the TTL.
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
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts cache-manager@7.2.9 cacheable@2.5.0 \
  keyv@5.6.0 @keyv/redis@5.1.6 || exit 2
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
"$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 redis-server --library-path "$LIBC" \
  "$T/root/usr/bin/redis-check-rdb" --port 0 --unixsocket "$T/redis.sock" --save '' --dir "$T" >"$T/redis.log" 2>&1 &
SERVER=$!
for _ in $(seq 100); do [ -S "$T/redis.sock" ] && break; sleep 0.1; done
[ -S "$T/redis.sock" ] || exit 2
cat >"$T/check.mjs" <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import KeyvRedis from '@keyv/redis';
import { createCache } from 'cache-manager';
import { Cacheable, CacheableMemory } from 'cacheable';
import { Keyv } from 'keyv';

const [TTL, LATER, SPAN] = [1000, 800, 6000];
const path = process.argv[2];
const source = async () => Date.now();
const memory = () => new Keyv({ store: new CacheableMemory() });
const shared = (namespace) => new Keyv({ store: new KeyvRedis({ socket: { path } }), namespace });
/** Each way as a function that makes the read of one process, with a memory of its own, and a function to close it. */
const WAYS = {
  'cache-manager, memory and Redis'() {
    const cache = createCache({ stores: [memory(), shared('a')] });
    return { read: () => cache.wrap('price', source, TTL), close: () => cache.disconnect() };
  },
  'cache-manager, Redis alone'() {
    const cache = createCache({ stores: [shared('b')] });
    return { read: () => cache.wrap('price', source, TTL), close: () => cache.disconnect() };
  },
  'cacheable, memory and Redis'() {
    const cache = new Cacheable({ primary: memory(), secondary: shared('c') });
    return { read: () => cache.getOrSet('price', source, { ttl: TTL }), close: () => cache.disconnect() };
  },
};
async function ages(read, until) {
  const seen = [];
  for (; Date.now() < until; await sleep(20)) {
    const value = await read();
    seen.push(Date.now() - value);
  }
  return seen;
}
function summary(seen) {
  const old = seen.filter((age) => age > TTL + 100).length / seen.length;
  return { largest: Math.max(...seen), mean: seen.reduce((sum, age) => sum + age, 0) / seen.length, old };
}
async function measure(name) {
  const processes = [WAYS[name](), WAYS[name]()];
  await processes[1].read(); // connects
  await sleep(TTL + 100);
  const until = Date.now() + LATER + SPAN;
  const first = ages(processes[0].read, until);
  await sleep(LATER);
  const results = (await Promise.all([first, ages(processes[1].read, until)])).map(summary);
  await Promise.all(processes.map(({ close }) => close()));
  return results;
}
const names = Object.keys(WAYS);
const results = await Promise.all(names.map(measure));
for (const [i, name] of names.entries()) {
  const text = results[i].map(({ largest, mean, old }) => `up to ${(largest / 1000).toFixed(1)} s, mean ${(mean / 1000).toFixed(1)} s, ${Math.round(old * 100)} % over the TTL`);
  console.log(`${name}: first process ${text[0]}; second ${text[1]}`);
}
// A slow machine delays single reads, so a tenth of a second over the TTL does not count.
const kept = ([first, second]) => first.old < 0.05 && second.old < 0.05;
if (!kept(results[1]) || !kept(results[2])) throw new Error('the comparison is wrong');
if (results[0][1].largest < 1.5 * TTL || results[0][1].old < 0.3) throw new Error('CHANGED: the second process keeps the TTL');
JS
node "$T/check.mjs" "$T/redis.sock"
