#!/usr/bin/env bash
# A time to live on one field triples the memory of a small hash on Valkey 9. Redis 8 needs less than a quarter of
# that extra memory.
#
# Tried on 2026-11-28 with the Debian packages redis-tools 5:8.0.6-3 (Redis 8.0.6) and valkey-tools 9.1.2-1 (Valkey
# 9.1.2).
#
# Behaviour: both servers store a hash of three short fields as one compact listpack. HEXPIRE on a single field makes
# Redis 8 choose another compact encoding (listpackex). Valkey 9 turns the whole hash into a hash table. HPERSIST
# takes the time to live away, but neither server returns to the first encoding.
# Output seen (20,000 hashes of three fields; bytes per hash, key included, from used_memory):
#   redis: 152 bytes, with a field's time to live 45 more, after HPERSIST 46 more, encoding listpackex
#   valkey: 114 bytes, with a field's time to live 223 more, after HPERSIST 194 more, encoding hashtable
#
# Why it matters: a field's time to live looks like the cheap way to let one value of a record expire, such as a
# score. On Valkey it costs more than the record. Size maxmemory by a measurement on the server that will run, not on
# its relative. One HEXPIRE on each key, also by accident, needs this memory for good.
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

try() {
  local tools=$1 port
  port=$(free_port)
  mkdir "$T/$tools"
  (run "$tools-server" --port "$port" --bind 127.0.0.1 --save '' --dir "$T/$tools" >"$T/$tools.log" 2>&1) &
  PIDS+=($!)
  cli() { (run "$tools-cli" -p "$port" "$@"); }
  within cli PING
  memory() { cli INFO memory | tr -d '\r' | sed -n 's/^used_memory://p'; }
  local loop="for i = 1, 20000 do redis.call(ARGV[1], 'efficiency:' .. i, unpack(ARGV, 2)) end"
  each() { cli EVAL "$loop" 0 "$@" >/dev/null; }

  local empty plain expiring persistent
  empty=$(memory)
  each HSET score 0.5 confidence 0.9 ts 1764342000
  plain=$(memory)
  each HEXPIRE 600 FIELDS 1 score
  expiring=$(memory)
  each HPERSIST FIELDS 1 score
  persistent=$(memory)
  local base=$(((plain - empty) / 20000))
  extra=$(((expiring - plain) / 20000))
  kept=$(((persistent - plain) / 20000))
  encoding=$(cli OBJECT ENCODING efficiency:1)
  echo "$tools: $base bytes, with a field's time to live $extra more, after HPERSIST $kept more, encoding $encoding"
}
debs redis-tools=5:8.0.6-3 valkey-tools=9.1.2-1 "${LIBS[@]}"
ln -s redis-check-rdb "$T/root/usr/bin/redis-server"
ln -s valkey-check-rdb "$T/root/usr/bin/valkey-server"
try redis
redis_extra=$extra
[ "$encoding" = listpackex ] || fail "Redis stores it as $encoding"
try valkey
[ "$encoding" = hashtable ] || fail "Valkey stores it as $encoding"
least=$((3 * redis_extra))
[ "$extra" -gt "$least" ] && [ "$kept" -gt "$least" ] || fail "Valkey needs $extra bytes, Redis $redis_extra"
