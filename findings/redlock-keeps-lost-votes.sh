#!/usr/bin/env bash
# When three instances ask for a free lock at once, @sesamecare-oss/redlock and redlock 5 often give it to none of them:
# each instance keeps the minority of servers that it got while it tries again.
#
# Tried on 2026-11-30 with @sesamecare-oss/redlock 1.4.0, redlock 5.0.0-beta.2, redlock 4.2.0 and ioredis 5.11.1 (npm)
# on Node 20.20, and three servers of the Debian package redis-tools 5:8.0.6-3 (Redis 8.0.6).
#
# Promise: both packages implement the Redlock algorithm and link its page. That page says that a client without a
# majority releases the keys that it did set at once, so that nobody has to wait for their expiry. retryCount and
# retryJitter are there for contention.
# Behaviour: an attempt that gets a minority of the servers leaves its keys on them. They are removed only after the
# last attempt. Until then they refuse the other clients. They also refuse the client that set them, as its next attempt
# finds the key taken. If each of three clients reaches another server first, none can win before another has given up.
# With retryCount -1 none wins before the keys expire. With one of three servers down, two clients are enough for that.
# redlock 4.2.0 unlocks after each attempt.
# Output seen (20 locks that nobody holds, for 10 s, asked for by all instances at once. Each instance has 1 ms to one
# server and 10 ms to the others. Settings are the default, for 4.2.0 the same. Single attempts: see below):
#   three instances, @sesamecare-oss/redlock: 13 of 20 taken, the median after 2.2 s
#   three instances, redlock 5: 10 of 20 taken, the median after 2.4 s
#   three instances, redlock 4: 20 of 20 taken, the median after 0.1 s
#   three instances, single attempts: 20 of 20 taken, the median after 0.2 s
#   three instances, for 2 s, retryCount -1, @sesamecare-oss/redlock: 20 of 20 taken, the median after 2.0 s
#   three instances, for 2 s, retryCount -1, redlock 5: 20 of 20 taken, the median after 2.0 s
#   three instances, for 2 s, retryCount -1, redlock 4: 20 of 20 taken, the median after 0.1 s
#   two instances, one server down, @sesamecare-oss/redlock: 0 of 20 taken
#   two instances, one server down, redlock 5: 0 of 20 taken
#   two instances, one server down, redlock 4: 20 of 20 taken, the median after 0.1 s
#   two instances, one server down, single attempts: 20 of 20 taken, the median after 0.1 s
#
# Why it matters: instances in different zones ask at once when they run a job at the full minute, or elect a leader
# after a failure. Then the job runs seconds late or not at all, and every instance reports that the lock was taken. The
# loss of one server, which Redlock is meant to survive, makes it worse. Tests with one server never show it. Set
# retryCount to 0 and repeat acquire() in a loop: a last attempt removes its keys. Or use redlock 4.2.0.
set -euo pipefail
T=$(mktemp -d)
SERVERS=()
cleanup() {
  for server in "${SERVERS[@]}"; do kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; done
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
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @sesamecare-oss/redlock@1.4.0 \
  redlock5@npm:redlock@5.0.0-beta.2 redlock4@npm:redlock@4.2.0 ioredis@5.11.1 || exit 2
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
for i in 0 1 2; do
  "$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 redis-server --library-path "$LIBC" \
    "$T/root/usr/bin/redis-check-rdb" --port 0 --unixsocket "$T/redis$i.sock" --save '' --dir "$T" >"$T/redis$i.log" 2>&1 &
  SERVERS+=($!)
done
for i in 0 1 2; do
  for _ in $(seq 100); do [ -S "$T/redis$i.sock" ] && break; sleep 0.1; done
  [ -S "$T/redis$i.sock" ] || exit 2
done
cat >"$T/check.js" <<'JS'
const { connect, createServer } = require('node:net');
const Redis = require('ioredis');
const { Redlock } = require('@sesamecare-oss/redlock');
const { default: Redlock5 } = require('redlock5');
const Redlock4 = require('redlock4');

const folder = process.argv[2];
const [NODES, LOCKS, NEAR, FAR] = [3, 20, 1, 10];
const socketOf = (node) => `${folder}/redis${node}.sock`;
/** Each package as a function that makes one which takes a lock and answers with a function that releases it. */
const PACKAGES = {
  '@sesamecare-oss/redlock'(clients, settings) {
    const redlock = new Redlock(clients, settings).on('error', () => {});
    return (key, duration) => redlock.acquire([key], duration).then((lock) => () => lock.release());
  },
  'redlock 5'(clients, settings) {
    const redlock = new Redlock5(clients, settings).on('error', () => {});
    return (key, duration) => redlock.acquire([key], duration).then((lock) => () => lock.release());
  },
  'redlock 4'(clients, settings) {
    const redlock = new Redlock4(clients, { retryCount: 10, retryDelay: 200, retryJitter: 200, ...settings }).on('clientError', () => {});
    return (key, duration) => redlock.lock([key], duration).then((lock) => () => lock.unlock());
  },
  /** The same by single attempts. */
  'single attempts'(clients) {
    const redlock = new Redlock(clients, { retryCount: 0 }).on('error', () => {});
    return async (key, duration) => {
      for (let attempt = 0; ; attempt++) {
        try {
          const lock = await redlock.acquire([key], duration);
          return () => lock.release();
        } catch (error) {
          if (attempt === 10) throw error;
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
        }
      }
    };
  },
};

/** The network between a zone and a server: passes each request on after a delay. */
function network(zone, node) {
  const path = `${folder}/zone${zone}-${node}.sock`;
  const delay = zone === node ? NEAR : FAR;
  const server = createServer((client) => {
    const upstream = connect(socketOf(node));
    client.on('data', (data) => setTimeout(() => upstream.write(data), delay));
    upstream.on('data', (data) => client.write(data));
    client.on('close', () => upstream.destroy()).on('error', () => {});
    upstream.on('close', () => client.destroy()).on('error', () => {});
  });
  return new Promise((resolve) => server.listen(path, () => resolve({ path, server })));
}
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Lets all zones ask for each of the locks at once, and returns how many were taken, and after how many seconds. */
async function contend(label, name, clients, duration, settings = {}) {
  const start = performance.now();
  const takers = clients.map((ofZone) => PACKAGES[name](ofZone, settings));
  const firsts = new Map();
  async function instance(take, key) {
    const release = await take(key, duration);
    if (!firsts.has(key)) firsts.set(key, (performance.now() - start) / 1000);
    if (settings.retryCount === -1) await release();
  }
  const keys = Array.from({ length: LOCKS }, (_, i) => `lock:${label}:${name}:${i}`);
  await Promise.all(keys.flatMap((key) => takers.map((take) => instance(take, key).catch(() => {}))));
  const result = { taken: firsts.size, median: median([...firsts.values()]) };
  console.log(`${label}, ${name}: ${result.taken} of ${LOCKS} taken${result.taken > 0 ? `, the median after ${result.median.toFixed(1)} s` : ''}`);
  return result;
}
async function main() {
  const networks = await Promise.all(Array.from({ length: NODES * NODES }, (_, i) => network(Math.floor(i / NODES), i % NODES)));
  const clients = Array.from({ length: NODES }, (_, zone) => Array.from({ length: NODES }, (_, node) => {
    const client = new Redis(networks[zone * NODES + node].path, { enableOfflineQueue: false, retryStrategy: () => 500 });
    return client.on('error', () => {});
  }));
  await Promise.all(clients.flat().map((client) => new Promise((resolve) => client.once('ready', resolve))));
  const names = Object.keys(PACKAGES);
  const three = {};
  const patient = {};
  const two = {};
  for (const name of names) three[name] = await contend('three instances', name, clients, 10_000);
  for (const name of names.slice(0, 3)) {
    patient[name] = await contend('three instances, for 2 s, retryCount -1', name, clients, 2_000, { retryCount: -1 });
  }
  process.kill(Number(process.argv[3]));
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (const name of names) two[name] = await contend('two instances, one server down', name, clients.slice(0, 2), 10_000);
  for (const client of clients.flat()) client.disconnect();
  for (const { server } of networks) server.close();

  const quick = ({ taken, median: seconds }) => taken === LOCKS && seconds < 1;
  const others = [three['redlock 4'], three['single attempts'], patient['redlock 4'], two['redlock 4'], two['single attempts']];
  if (!others.every(quick)) throw new Error('the comparison is wrong');
  for (const name of names.slice(0, 2)) {
    if (three[name].taken > 0 && three[name].median < 1) throw new Error(`CHANGED: three instances soon take a lock of ${name}`);
    if (patient[name].median < 1.5) throw new Error(`CHANGED: ${name} does not wait until the keys expire`);
    if (two[name].taken > LOCKS / 4) throw new Error(`CHANGED: two instances take a lock of ${name}`);
  }
}
main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
JS
node "$T/check.js" "$T" "${SERVERS[2]}"
