#!/usr/bin/env bash
# A consumer that re-reads its own pending entries raises their delivery count on the primary only.
#
# Tried on 2026-11-28 with the Debian packages redis-tools 5:8.0.6-3 (Redis 8.0.6) and valkey-tools 9.1.2-1 (Valkey
# 9.1.2). Redis 7.0.15 behaves alike.
#
# Behaviour: XREADGROUP with an id instead of `>` returns the consumer's pending entries again, sets their idle time
# to zero and adds one to their delivery count. The server does not propagate this. The replica and the append-only
# file keep the old count. XCLAIM and XAUTOCLAIM do propagate theirs.
# Output seen (delivery counts in XPENDING after one delivery and four re-reads; restarted = from the append-only
# file):
#   redis: primary 5 replica 1 restarted 1 claimed 3 replica 3
#   valkey: primary 5 replica 1 restarted 1 claimed 3 replica 3
#
# Why it matters: services use the delivery count to give up on an entry that crashes its consumer. If a consumer
# reads its own pending entries at start (the usual recovery loop), then each failover, and each restart from the
# append-only file, forgets those attempts. The limit is reached late or never. A service that needs a limit has to
# retry through XCLAIM or XAUTOCLAIM, or count by itself.
set -euo pipefail
T=$(mktemp -d)
PIDS=()
cleanup() {
  for pid in ${PIDS[@]+"${PIDS[@]}"}; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
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
# Runs an unpacked program with the libraries of its own suite.
run() {
  local name=$1 libs
  shift
  libs=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
  exec -a "$name" "$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 "$name" --library-path "$libs" \
    "$T/root/usr/bin/$name" "$@"
}
# Prints a free loopback port.
free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)) && (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}
# Tries a command for up to 10 seconds.
within() { for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "gave up on: $*" >&2; exit 2; }

count() { "$@" XPENDING plans governor - + 10 | tail -1; }
try() {
  local tools=$1 dir="$T/$1" primary replica
  local port=$(free_port) copy=$(free_port)
  mkdir -p "$dir/a" "$dir/b"
  cli() { (run "$tools-cli" -p "$@"); }
  start() { # port, folder, further options
    (run "$tools-server" --port "$1" --bind 127.0.0.1 --dir "$dir/$2" --save '' --repl-diskless-sync-delay 0 "${@:3}" \
      >"$dir/$2.log" 2>&1) &
    PIDS+=($!)
    within cli "$1" PING
  }
  start "$port" a --appendonly yes --appendfsync always
  primary=${PIDS[-1]}
  start "$copy" b --replicaof 127.0.0.1 "$port"
  within eval "cli $copy INFO replication | grep -q master_link_status:up"

  cli "$port" XGROUP CREATE plans governor 0 MKSTREAM >/dev/null
  cli "$port" XADD plans 1-1 plan_id p1 >/dev/null
  cli "$port" XREADGROUP GROUP governor one STREAMS plans '>' >/dev/null
  for _ in 1 2 3 4; do cli "$port" XREADGROUP GROUP governor one STREAMS plans 0 >/dev/null; done
  cli "$port" XADD other 1-1 a b >/dev/null
  within eval "cli $copy EXISTS other | grep -q 1" # everything before it has arrived as well
  local seen="primary $(count cli "$port") replica $(count cli "$copy")"

  kill "$primary" && wait "$primary" || true
  start "$port" a --appendonly yes --appendfsync always
  seen+=" restarted $(count cli "$port")"
  within eval "cli $copy INFO replication | grep -q master_link_status:up" # so that no snapshot brings the counts
  cli "$port" XCLAIM plans governor two 0 1-1 >/dev/null
  cli "$port" XAUTOCLAIM plans governor three 0 0 >/dev/null
  within eval "[ \$(cli $copy XPENDING plans governor - + 10 | sed -n 2p) = three ]"
  seen+=" claimed $(count cli "$port") replica $(count cli "$copy")"
  echo "$tools: $seen"
  [ "$seen" = 'primary 5 replica 1 restarted 1 claimed 3 replica 3' ] || fail "$tools counts deliveries differently"
}
debs redis-tools=5:8.0.6-3 valkey-tools=9.1.2-1 "${LIBS[@]}"
ln -s redis-check-rdb "$T/root/usr/bin/redis-server"
ln -s valkey-check-rdb "$T/root/usr/bin/valkey-server"
try redis
try valkey
