#!/usr/bin/env bash
# Atomic slot migration of Valkey 9 makes every consumer look active and drops pending entries whose message is gone.
#
# Tried on 2026-11-28 with the Debian package valkey-tools 9.1.2-1 (Valkey 9.1.2).
#
# Behaviour: CLUSTER MIGRATESLOTS copies a stream as commands. The entries keep their idle time and delivery count.
# The consumers do not: XINFO CONSUMERS restarts `idle` and `inactive` of every consumer at zero, also of one that
# stopped long ago. A pending entry whose message was deleted (XDEL or trimming) is in XPENDING before the migration,
# and no longer after it.
# Output seen:
#   pending 3 -> 1; 4428 ms after the last read: entry idle 4406 ms;
#   2386 ms after the migration: consumer idle 2258 ms, inactive 2271 ms
#
# Why it matters: a service that asks "was another consumer active in the last minute?" before it takes over a group
# gets a wrong yes for a minute after each rebalancing. A pending entry whose message was trimmed is the only sign of
# a lost message, and the migration removes it. Judge a consumer by a heartbeat of its own, and compare counts of
# messages across a migration.
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
# Prints a free loopback port below 30000: a cluster node also uses this port + 10000.
free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)) && (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}
# Tries a command for up to 10 seconds.
within() { for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "gave up on: $*" >&2; exit 2; }

debs valkey-tools=9.1.2-1 "${LIBS[@]}"
ln -s valkey-check-rdb "$T/root/usr/bin/valkey-server"
cli() { (run valkey-cli -p "$@"); }
now_ms() { date +%s%3N; }
field() { awk -v name="$1" 'found {print; exit} $0 == name {found = 1}'; } # the line after a name

from=$(free_port)
to=$(free_port)
for port in "$from" "$to"; do
  mkdir "$T/$port"
  (run valkey-server --port "$port" --bind 127.0.0.1 --save '' --dir "$T/$port" --cluster-enabled yes \
    --cluster-announce-ip 127.0.0.1 --repl-diskless-sync-delay 0 >"$T/$port.log" 2>&1) &
  PIDS+=($!)
  within cli "$port" PING
done
cli "$from" CLUSTER ADDSLOTSRANGE 0 16383 >/dev/null
cli "$to" CLUSTER SET-CONFIG-EPOCH 2 >/dev/null
cli "$from" CLUSTER MEET 127.0.0.1 "$to" >/dev/null
within eval "cli $to CLUSTER INFO | grep -q cluster_state:ok"
within eval "cli $from CLUSTER NODES | grep -q 'master.*connected\$'"

cli "$from" XGROUP CREATE plans governor 0 MKSTREAM >/dev/null
for id in 1-0 2-0 3-0; do cli "$from" XADD plans "$id" plan_id p >/dev/null; done
cli "$from" XREADGROUP GROUP governor stopped COUNT 3 STREAMS plans '>' >/dev/null
read_at=$(now_ms)
cli "$from" XDEL plans 2-0 >/dev/null
cli "$from" XTRIM plans MAXLEN 1 >/dev/null # 3-0 is left
before=$(cli "$from" XPENDING plans governor | head -1)
sleep 2

slot=$(cli "$from" CLUSTER KEYSLOT plans)
migrate_at=$(now_ms)
cli "$from" CLUSTER MIGRATESLOTS SLOTSRANGE "$slot" "$slot" NODE "$(cli "$to" CLUSTER MYID)" >/dev/null
within eval "cli $from CLUSTER GETSLOTMIGRATIONS | grep -q success"
within eval "cli $to EXISTS plans | grep -qx 1"
sleep 2
after=$(cli "$to" XPENDING plans governor | head -1)
entry_idle=$(cli "$to" XPENDING plans governor - + 1 | sed -n 3p)
idle=$(cli "$to" XINFO CONSUMERS plans governor | field idle)
inactive=$(cli "$to" XINFO CONSUMERS plans governor | field inactive)
since_read=$(($(now_ms) - read_at))
since_migration=$(($(now_ms) - migrate_at))
echo "pending $before -> $after; $since_read ms after the last read: entry idle $entry_idle ms;" \
  "$since_migration ms after the migration: consumer idle $idle ms, inactive $inactive ms"
[ "$before" = 3 ] && [ "$after" = 1 ] || fail "the pending entry of a deleted message is kept"
[ "$idle" -le "$since_migration" ] && [ "$inactive" -le "$since_migration" ] || fail "consumers keep their idle time"
[ "$entry_idle" -gt "$since_migration" ] || fail "pending entries lose their idle time"
