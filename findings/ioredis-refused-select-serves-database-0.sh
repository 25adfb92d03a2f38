#!/usr/bin/env bash
# A Redis user that may not SELECT makes ioredis serve database 0 in place of the configured one, and report ready.
#
# Tried on 2026-11-28 with ioredis 6.0.0 and redis 6.3.1 (npm, the client known as node-redis) on Node 20.20, and the
# Debian package redis-tools 5:8.0.6-3 (Redis 8.0.6).
#
# Behaviour: the option `db: 3` makes ioredis send SELECT 3 while it connects. If the server refuses it, ioredis emits an
# `error` event, then `ready`, and sends all later commands on the same connection, which still is in database 0. The
# status is `ready` and `options.db` still is 3. node-redis with `database: 3` rejects connect() and sends nothing.
# Output seen:
#   ioredis: error NOPERM, status ready, options.db 3, key in database 0: value
#   node-redis: connect() rejected with NOPERM, key in database 0: null
#
# Why it matters: a user with the least privileges of a service is easily written without +select, and a service that logs
# connection errors and goes on with `ready` then reads and writes another environment's data. Compare the database with the
# `db` field of CLIENT INFO, or end the connection on an error whose `command.name` is `select`.
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
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts ioredis@6.0.0 redis@6.3.1 || exit 2
cat >"$T/users.acl" <<'ACL'
user default off
user admin on >admin ~* +@all
user service on >service ~* +@read +@write +@connection -select +info
ACL
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
"$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 redis-server --library-path "$LIBC" \
  "$T/root/usr/bin/redis-check-rdb" --port 0 --unixsocket "$T/redis.sock" --aclfile "$T/users.acl" --save '' --dir "$T" \
  >"$T/redis.log" 2>&1 &
SERVER=$!
for _ in $(seq 100); do [ -S "$T/redis.sock" ] && break; sleep 0.1; done
cat >"$T/check.js" <<'JS'
const { Redis } = require('ioredis');
const { createClient } = require('redis');

const path = process.argv[2];

async function main() {
  const admin = new Redis({ path, username: 'admin', password: 'admin' });

  const redis = new Redis({ path, username: 'service', password: 'service', db: 3 });
  let refused = 'none';
  redis.on('error', (error) => (refused = error.message.split(' ')[0]));
  await new Promise((resolve) => redis.once('ready', resolve));
  await redis.set('key', 'value');
  const found = await admin.get('key');
  const { status, options } = redis;
  console.log(`ioredis: error ${refused}, status ${status}, options.db ${options.db}, key in database 0: ${found}`);
  redis.disconnect();
  await admin.del('key');

  const socket = { path, reconnectStrategy: false };
  const client = createClient({ socket, username: 'service', password: 'service', database: 3 });
  client.on('error', () => undefined);
  const rejected = await client.connect().then(() => 'none', (error) => error.message.split(' ')[0]);
  const other = await admin.get('key');
  console.log(`node-redis: connect() rejected with ${rejected}, key in database 0: ${other}`);
  admin.disconnect();
  if (client.isOpen) client.destroy();

  if (refused !== 'NOPERM' || status !== 'ready' || found !== 'value')
    throw new Error('CHANGED: ioredis does not serve database 0');
  if (rejected !== 'NOPERM' || other !== null) throw new Error('CHANGED: node-redis connects');
}
main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
JS
node "$T/check.js" "$T/redis.sock"
