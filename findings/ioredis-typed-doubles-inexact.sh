#!/usr/bin/env bash
# ioredis 6 with typed replies returns another number than Redis stores, for half of all four-digit scores.
#
# Tried on 2026-11-28 with ioredis 6.0.0 (npm) on Node 20.20 and the Debian package redis-tools 5:8.0.6-3 (Redis
# 8.0.6).
#
# Behaviour: with `replyMapping: 'resp3'` ioredis adds up the digits of a RESP3 double itself, and each step rounds.
# The result is one or a few units off in the last place. Integer replies go through a similar sum: just below 2^53,
# where each integer still is a JavaScript number, every second one comes back one too high or too low, in every mode
# of the client. Doubles in the default mapping arrive as the text of the server and are exact. Both faults are
# reported upstream; 6.0.0 was the newest release on that day.
# Output seen (10,001 scores 0, 0.0001 ... 1):
#   typed replies: 5191 of 10001 scores differ, 5191 are outside of their own range
#   default replies: 0 of 10001 scores differ
#   integers 2^53-41 to 2^53-1: 21 of 41 differ
#
# Why it matters: a program reads the score of a window or a leaderboard, then asks for all entries from that score
# on. It misses the entry that it has just read, or removes one entry too few with ZREMRANGEBYSCORE. A decision that
# is recomputed from the read value differs in its last digit. Keep the default mapping and convert with Number(), or
# compare with a tolerance.
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
# Tries a command for up to 10 seconds.
within() { for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "gave up on: $*" >&2; exit 2; }

debs redis-tools=5:8.0.6-3 "${LIBS[@]}"
ln -s redis-check-rdb "$T/root/usr/bin/redis-server"
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts ioredis@6.0.0 || exit 2
cat >"$T/check.js" <<'JS'
const { Redis } = require('ioredis');

async function main() {
  const typed = new Redis({ path: process.argv[2], replyMapping: 'resp3' });
  const plain = new Redis({ path: process.argv[2] });
  const scores = Array.from({ length: 10001 }, (_, i) => i / 10000);
  await plain.zadd('scores', ...scores.flatMap((score, i) => [String(score), `m${i}`]));

  /** What the client reads as each score, and how many members each read value finds as a range of its own. */
  async function read(client) {
    const values = (await client.zmscore('scores', ...scores.map((_, i) => `m${i}`))).map(Number);
    const ranges = client.pipeline();
    for (const value of values) ranges.zcount('scores', value, value);
    const found = (await ranges.exec()).map(([, count]) => count);
    const differ = values.filter((value, i) => value !== scores[i]).length;
    return { differ, missed: found.filter((count) => count === 0).length };
  }
  const typedScores = await read(typed);
  const plainScores = await read(plain);

  let integers = 0;
  await plain.set('counter', String(Number.MAX_SAFE_INTEGER - 41));
  for (let i = 0; i < 41; i++) {
    if (String(await plain.incr('counter')) !== (await plain.get('counter'))) integers++;
  }
  typed.disconnect();
  plain.disconnect();

  console.log(
    `typed replies: ${typedScores.differ} of 10001 scores differ, ${typedScores.missed} are outside of their own range`,
  );
  console.log(`default replies: ${plainScores.differ} of 10001 scores differ`);
  console.log(`integers 2^53-41 to 2^53-1: ${integers} of 41 differ`);
  if (typedScores.differ < 1000 || typedScores.missed < 1000 || plainScores.differ > 0 || integers === 0)
    throw new Error('CHANGED: typed replies are exact, or default replies are not');
}
main();
JS
(run redis-server --port 0 --unixsocket "$T/redis.sock" --save '' --dir "$T" >"$T/redis.log" 2>&1) &
PIDS+=($!)
within test -S "$T/redis.sock"
node "$T/check.js" "$T/redis.sock"
