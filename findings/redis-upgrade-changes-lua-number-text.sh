#!/usr/bin/env bash
# After an upgrade from Redis 7.0 a Lua script writes the same number as another text, so sets and keys no longer
# match.
#
# Tried on 2026-11-28 with the Debian packages redis-tools 5:7.0.15-1~deb12u7 (Redis 7.0.15, bookworm), redis-tools
# 5:8.0.6-3 (Redis 8.0.6, sid) and valkey-tools 9.1.2-1 (Valkey 9.1.2, sid).
#
# Behaviour: a script may pass a Lua number to redis.call() as an argument. Redis 7.0 prints it with 17 digits, newer
# servers print the shortest text that reads back as the same number. Beyond 2^63 and for negative zero they differ as
# well. The stored data keeps the old text, and both servers agree on the value, so nothing reports an error.
# Output seen (the members that one script adds to a set, on 7.0, then on the newer server that has loaded 7.0's
# snapshot):
#   7.0 wrote: 0.10000000000000001 0.33333333333333331 9.9999999999999995e-08 9.2233720368547758e+18 -0 100 0.25
#   redis adds again: 0.1 0.3333333333333333 1e-7 9223372036854776000 0
#   valkey adds again: 0.1 0.3333333333333333 1e-7 9223372036854776000 0
#
# Why it matters: a script that removes duplicates with SADD, ZADD or HSETNX by a price, a score or a time with a
# fraction counts everything twice after the upgrade, and SREM, HDEL or ZREM miss the old members. Whole numbers and a
# test with 0.25 or 100 show nothing. Turn numbers into text yourself, with string.format or on the client, before
# they become part of a name.
set -euo pipefail
T=$(mktemp -d)
PIDS=()
cleanup() {
  for pid in ${PIDS[@]+"${PIDS[@]}"}; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
  rm -rf "$T"
}
trap cleanup EXIT
fail() { echo "CHANGED: $*" >&2; exit 1; }

# Unpacks packages of a Debian suite into $T/SUITE without installing them. It uses the mirror that apt already uses.
debs() {
  local suite=$1 mirror
  shift
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -1)
  [ -n "$mirror" ] || { echo "no Debian source is configured for apt" >&2; exit 2; }
  local apt="$T/$suite.apt"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/parts" "$apt/debs" "$T/$suite"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/sources.list"
  local opts=(-qq -o APT::Sandbox::User= -o Acquire::Languages=none -o Dir::Etc::sourcelist="$apt/sources.list"
    -o Dir::Etc::sourceparts="$apt/parts" -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache")
  apt-get "${opts[@]}" update || exit 2
  (cd "$apt/debs" && apt-get "${opts[@]}" download "$@" && for deb in *.deb; do dpkg -x "$deb" "$T/$suite"; done) || exit 2
}
# Runs an unpacked program with the libraries of its own suite.
run() {
  local suite=$1 name=$2 root="$T/$1"
  shift 2
  exec "$(find "$root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 "$name" \
    --library-path "$(find "$root" -name 'libc.so.6' -printf '%h:')$(find "$root" -name 'liblzf.so.1' -printf '%h')" \
    "$root/usr/bin/$name" "$@"
}
# Tries a command for up to 10 seconds.
within() { for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "gave up on: $*" >&2; exit 2; }

start() { # suite, tools
  (run "$1" "$2-server" --port 0 --unixsocket "$T/$1.$2.sock" --dir "$T" --dbfilename old.rdb --save '' \
    >"$T/$1.$2.log" 2>&1) &
  PIDS+=($!)
  within cli "$1" "$2" PING
}
cli() { (run "$1" "$2-cli" -s "$T/$1.$2.sock" "${@:3}"); }

LIBS=(libc6 libjemalloc2 liblzf1 libstdc++6 libgcc-s1 libsystemd0 libzstd1 zlib1g libcap2)
debs bookworm redis-tools=5:7.0.15-1~deb12u7 "${LIBS[@]}" libssl3 liblz4-1 liblzma5 libgcrypt20 libgpg-error0
debs sid redis-tools=5:8.0.6-3 valkey-tools=9.1.2-1 "${LIBS[@]}" libssl3t64 libatomic1
ln -s redis-check-rdb "$T/bookworm/usr/bin/redis-server"
ln -s redis-check-rdb "$T/sid/usr/bin/redis-server"
ln -s valkey-check-rdb "$T/sid/usr/bin/valkey-server"

# Adds numbers to a set, in the order of this list, and returns the members that were new.
script="local new = {}
for _, number in ipairs({0.1, 1/3, 1e-7, 2^63, tonumber('-0'), 100, 0.25}) do
  redis.call('DEL', 'text')
  redis.call('RPUSH', 'text', number)
  if redis.call('SADD', 'seen', number) == 1 then table.insert(new, redis.call('LINDEX', 'text', 0)) end
end
return new"
added() { cli "$1" "$2" EVAL "$script" 0 | tr '\n' ' ' | sed 's/ $//'; }

start bookworm redis
old=$(added bookworm redis)
cli bookworm redis SAVE >/dev/null
echo "7.0 wrote: $old"
[ "$old" = '0.10000000000000001 0.33333333333333331 9.9999999999999995e-08 9.2233720368547758e+18 -0 100 0.25' ] ||
  fail "Redis 7.0 prints numbers differently"
for tools in redis valkey; do
  start sid "$tools"
  again=$(added sid "$tools")
  echo "$tools adds again: $again"
  [ "$again" = '0.1 0.3333333333333333 1e-7 9223372036854776000 0' ] ||
    fail "$tools prints numbers as Redis 7.0 does, or in a third way"
done
