#!/usr/bin/env bash
# A Cluster of ioredis that is disconnected while it refreshes its slots refreshes them for ever, and the process never ends.
#
# Tried on 2026-11-29 with ioredis 6.0.0 (npm) on Node 20.20 and the Debian package redis-tools 5:8.0.6-3 (Redis 8.0.6).
#
# Behaviour: with `slotsRefreshInterval`, disconnect() stops the timer of the next refresh. A refresh in flight is not stopped:
# when it ends, it sets the timer again. From then on each refresh fails, as there is no connection any more, and sets the next
# timer. The status is `end`, and the process lives on. The same program ends at once when no refresh is in flight.
# Output seen:
#   disconnected between refreshes: status end, ended by itself
#   disconnected during a refresh: status end, still running 5 s later
#
# Why it matters: a service that disconnects and waits for its event loop to empty hangs on now and then, most likely while Redis
# is slow, until its supervisor kills it; a test run hangs after its last test. End the process explicitly, or clear the timer
# on the event `end`.
set -euo pipefail
T=$(mktemp -d)
SERVER=
cleanup() {
  [ -z "$SERVER" ] || { kill "$SERVER" 2>/dev/null && wait "$SERVER" 2>/dev/null || true; }
  rm -rf "$T"
}
trap cleanup EXIT
LIBS=(libc6 libssl3t64 libjemalloc2 liblzf1 libstdc++6 libgcc-s1 libsystemd0 libzstd1 zlib1g libcap2 libatomic1)
fail() { echo "CHANGED: $*" >&2; exit 1; }

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
# Prints a free loopback port below 30000: a cluster node also uses this port + 10000.
free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)) && (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

debs redis-tools=5:8.0.6-3 "${LIBS[@]}"
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts ioredis@6.0.0 || exit 2
PORT=$(free_port)
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
"$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 redis-server --library-path "$LIBC" \
  "$T/root/usr/bin/redis-check-rdb" --bind 127.0.0.1 --port "$PORT" --save '' --dir "$T" --cluster-enabled yes \
  --cluster-announce-ip 127.0.0.1 >"$T/redis.log" 2>&1 &
SERVER=$!
for _ in $(seq 100); do (: >"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null && break; sleep 0.1; done

# Disconnects a Cluster between two refreshes, or during one, whose answer the server holds back for a second.
cat >"$T/close.js" <<'JS'
const { Cluster, Redis } = require('ioredis');
const [port, when] = process.argv.slice(2);

async function main() {
  const admin = new Redis({ host: '127.0.0.1', port: Number(port) });
  if (when === 'setup') {
    await admin.cluster('ADDSLOTSRANGE', 0, 16383);
    return admin.disconnect();
  }
  const cluster = new Cluster([{ host: '127.0.0.1', port: Number(port) }], { slotsRefreshInterval: 200 });
  await new Promise((resolve) => cluster.once('ready', resolve));
  if (when === 'during') {
    await admin.client('PAUSE', 1000, 'ALL');
    await new Promise((resolve) => setTimeout(resolve, 500)); // longer than the interval: a refresh waits for its answer
  }
  cluster.once('end', () => console.log(`status ${cluster.status}`));
  admin.disconnect();
  cluster.disconnect();
}
main().catch((error) => {
  console.error(error.message);
  process.exit(2);
});
JS
node "$T/close.js" "$PORT" setup || exit 2
for _ in $(seq 100); do grep -q 'Cluster state changed: ok' "$T/redis.log" && break; sleep 0.1; done

# Prints how a program that disconnects at this time went on within 5 s after it had said its status.
ending() {
  local pid said
  node "$T/close.js" "$PORT" "$1" >"$T/said" 2>"$T/errors" &
  pid=$!
  for _ in $(seq 100); do [ -s "$T/said" ] && break; sleep 0.1; done
  said=$(cat "$T/said")
  for _ in $(seq 50); do
    kill -0 "$pid" 2>/dev/null || { wait "$pid" || exit 2; echo "$said, ended by itself"; return; }
    sleep 0.1
  done
  kill "$pid"
  wait "$pid" 2>/dev/null || true
  echo "$said, still running 5 s later"
}
between=$(ending between)
during=$(ending during)
echo "disconnected between refreshes: $between"
echo "disconnected during a refresh: $during"
[ "$between" = 'status end, ended by itself' ] || fail 'a program that disconnects between refreshes does not end'
[ "$during" = 'status end, still running 5 s later' ] || fail 'a program that disconnects during a refresh ends'
