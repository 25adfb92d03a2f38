#!/usr/bin/env bash
# The client-side cache of node-redis answers for one database with the value of another.
#
# Tried on 2026-11-30 with redis 6.3.1 (npm, the client known as node-redis) on Node 20.20, and the Debian package
# redis-tools 5:8.0.6-3 (Redis 8.0.6).
#
# Promise: the README says that the cache holds query results, and that the server says when they are no longer valid.
# SELECT, and a duplicate with another `database`, are ordinary calls of the client, and no text excludes them.
# Behaviour: a cached result is kept under the command and its arguments alone. After select() the same command is
# answered from the cache with the value of the database before. duplicate() hands a cache that was given as an object
# to the new client, so two connections to two databases share results. With options in place of an object each client
# has a cache of its own, and only select() is wrong. Invalidation works: a write to this key in either database ends
# the mistake. Commands in a MULTI do not use the cache, and are right.
# Output seen (key `limit` is 100 in database 0 and 7 in database 1):
#   no cache: after select(1) 7, duplicate for database 1 reads 7
#   cache from options: after select(1) 100, in a MULTI 7, duplicate for database 1 reads 7
#   cache object: after select(1) 100, in a MULTI 7, duplicate for database 1 reads 100
#   limit + 1, written to database 1 after select(1): 101
#
# Why it matters: shadow and live, or two venues, are often two databases with the same keys. To turn the cache on is a
# change of one option, meant to change speed alone. A service then reads the limit of the other side, and writes what
# it computes from it. The two values are right in any tool without a cache. Use one client and one cache for each
# database.
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
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts redis@6.3.1 || exit 2
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
"$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 redis-server --library-path "$LIBC" \
  "$T/root/usr/bin/redis-check-rdb" --port 0 --unixsocket "$T/redis.sock" --save '' --dir "$T" >"$T/redis.log" 2>&1 &
SERVER=$!
for _ in $(seq 100); do [ -S "$T/redis.sock" ] && break; sleep 0.1; done
cat >"$T/check.js" <<'JS'
const { BasicClientSideCache, createClient } = require('redis');

const socket = { path: process.argv[2], reconnectStrategy: false };
const options = { ttl: 0, maxEntries: 0, evictPolicy: 'LRU' };
const clients = [];
async function connected(client) {
  client.on('error', () => undefined);
  clients.push(client);
  return client.connect();
}
async function read(clientSideCache) {
  const client = await connected(createClient({ socket, RESP: 3, clientSideCache }));
  await client.get('limit');
  const duplicate = await (await connected(client.duplicate({ database: 1 }))).get('limit');
  await client.select(1);
  const selected = await client.get('limit');
  const [transaction] = await client.multi().get('limit').exec();
  return { client, duplicate, selected, transaction };
}
async function main() {
  const admin = await connected(createClient({ socket }));
  await admin.set('limit', 100);
  await admin.select(1);
  await admin.set('limit', 7);

  const plain = await read(undefined);
  console.log(`no cache: after select(1) ${plain.selected}, duplicate for database 1 reads ${plain.duplicate}`);
  const own = await read(options);
  const shared = await read(new BasicClientSideCache(options));
  for (const [label, found] of [['cache from options', own], ['cache object', shared]])
    console.log(`${label}: after select(1) ${found.selected}, in a MULTI ${found.transaction}, duplicate for database 1 reads ${found.duplicate}`);
  await own.client.set('limit', Number(own.selected) + 1);
  const written = await admin.get('limit');
  console.log(`limit + 1, written to database 1 after select(1): ${written}`);

  for (const client of clients) client.destroy();
  if (plain.selected !== '7' || plain.duplicate !== '7' || own.duplicate !== '7') throw new Error('the comparison is wrong');
  if (own.selected !== '100' || shared.selected !== '100' || shared.duplicate !== '100' || written !== '101')
    throw new Error('CHANGED: the cache keeps the databases apart');
}
main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
JS
node "$T/check.js" "$T/redis.sock"
