#!/usr/bin/env bash
# redis-gcra lets only 5 of 6 calls through where its limit is 6 a second with a burst of 6, and 1 of 2 where the burst
# is 2: for half of all limits the last call of a burst is refused.
#
# Tried on 2026-12-01 with redis-gcra 0.3.0 and ioredis 6.0.0 (npm) on Node 20.20, and the Debian package redis-tools
# 5:8.0.6-3 (Redis 8.0.6).
#
# Promise: the README calls `burst` the maximum number of tokens available. A call is refused if there are not enough
# tokens for its cost.
# Behaviour: the script adds the time for each call, 166.66... ms for 6 a second, to the time of day in milliseconds. A
# time of day leaves 2^-12 ms for fractions, so each sum is rounded. After 6 calls the sum can be 2^-12 ms too late. The
# script then counts the tokens that are left by rounding down, and reads a hair below 0 as -1. The rounding is the same
# for every full bucket, whatever the time: a limit either always refuses the last call of a burst, or never. Intervals
# of whole milliseconds are right.
# Output seen (a clock of the check; a limit of N with a burst of N, for N from 1 to 100; exact: the same algorithm with
# whole numbers):
#   6 a second, burst 6: 5 of 6 calls pass, exact 6, and the refused one is told to retry in 1 ms
#   limits a second that lose the last call of a burst: 50 of 100: 6, 7, 11, 13, 15, 18, 19, 21, ...
#   limits a minute that lose it: 26 of 100: 9, 14, 17, 19, 26, 28, 29, 31, ...
#   exact: 0 and 0 of 100
#   6 calls at the start of each second, for 60 s, at 6 a second, burst 6: 300 of 360 pass, exact 360
#   2 calls at the start of each second, for 60 s, at 6 a second, burst 2: 60 of 120 pass, exact 120
#   the same with a burst of 2.01: 120 of 120 pass
#
# Why it matters: work that starts on a timer, such as the two orders of a pair each second, loses its last call each
# time, although the venue would allow it. Small bursts lose most. A caller that retries after 1 ms loses a round trip
# instead. Tests with 5 or 10 a second pass. Choose a period that is a multiple of the rate, such as 6 in 1,002 ms, or
# add 0.01 to the burst.
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
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts redis-gcra@0.3.0 ioredis@6.0.0 || exit 2
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
"$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 redis-server --library-path "$LIBC" \
  "$T/root/usr/bin/redis-check-rdb" --port 0 --unixsocket "$T/redis.sock" --save '' --dir "$T" >"$T/redis.log" 2>&1 &
SERVER=$!
for _ in $(seq 100); do [ -S "$T/redis.sock" ] && break; sleep 0.1; done
[ -S "$T/redis.sock" ] || exit 2
cat >"$T/check.js" <<'JS'
const { Redis } = require('ioredis');
const gcra = require('redis-gcra');

const START = Date.UTC(2026, 11, 1);
let now = START;
Date.now = () => now;

const redis = new Redis(process.argv[2]);
const limiter = gcra({ redis });
let keys = 0;

/** The same algorithm with whole numbers: one unit is a millisecond divided by the rate. */
function exact(burst, rate, period) {
  let arrival = 0n;
  return () => {
    const time = BigInt(now) * BigInt(rate);
    const next = (arrival > time ? arrival : time) + BigInt(period);
    if (next - time > BigInt(burst) * BigInt(period)) return false;
    arrival = next;
    return true;
  };
}
/** How many of these calls at one instant pass, on a new key. */
async function burstOf(calls, limit) {
  const key = `burst-${keys++}`;
  const answers = await Promise.all(Array.from({ length: calls }, () => limiter.limit({ key, ...limit })));
  return { passed: answers.filter(({ limited }) => !limited).length, last: answers.at(-1) };
}
async function shortLimits(period) {
  const found = [];
  let exactShort = 0;
  for (let n = 1; n <= 100; n++) {
    now = START + n * 7919; // no limit depends on the time
    const { passed } = await burstOf(n, { burst: n, rate: n, period });
    if (passed > n || passed < n - 1) throw new Error(`CHANGED: ${passed} of ${n} pass`);
    if (passed < n) found.push(n);
    const allowed = exact(n, n, period);
    if (Array.from({ length: n }, allowed).includes(false)) exactShort += 1;
  }
  return { found, exactShort };
}
/** How many pass if this many calls come at the start of each second of a minute. */
async function eachSecond(calls, limit) {
  const key = `steady-${keys++}`;
  const allowed = exact(Math.floor(limit.burst), limit.rate, limit.period);
  const passed = { found: 0, exact: 0 };
  for (let second = 0; second < 60; second++) {
    now = START + second * 1000;
    for (let i = 0; i < calls; i++) {
      if (!(await limiter.limit({ key, ...limit })).limited) passed.found += 1;
      if (allowed()) passed.exact += 1;
    }
  }
  return passed;
}
async function main() {
  const six = await burstOf(6, { burst: 6, rate: 6, period: 1000 });
  console.log(`6 a second, burst 6: ${six.passed} of 6 calls pass, exact 6, and the refused one is told to retry in ${six.last.retryIn} ms`);
  const [seconds, minutes] = [await shortLimits(1000), await shortLimits(60_000)];
  const list = ({ found }) => `${found.length} of 100: ${found.slice(0, 8).join(', ')}, ...`;
  console.log(`limits a second that lose the last call of a burst: ${list(seconds)}`);
  console.log(`limits a minute that lose it: ${list(minutes)}`);
  console.log(`exact: ${seconds.exactShort} and ${minutes.exactShort} of 100`);
  const sixes = await eachSecond(6, { burst: 6, rate: 6, period: 1000 });
  console.log(`6 calls at the start of each second, for 60 s, at 6 a second, burst 6: ${sixes.found} of 360 pass, exact ${sixes.exact}`);
  const pairs = await eachSecond(2, { burst: 2, rate: 6, period: 1000 });
  console.log(`2 calls at the start of each second, for 60 s, at 6 a second, burst 2: ${pairs.found} of 120 pass, exact ${pairs.exact}`);
  const more = await eachSecond(2, { burst: 2.01, rate: 6, period: 1000 });
  console.log(`the same with a burst of 2.01: ${more.found} of 120 pass`);
  if (seconds.exactShort + minutes.exactShort > 0 || sixes.exact !== 360 || pairs.exact !== 120) throw new Error('the comparison is wrong');
  if (six.passed === 6 || seconds.found.length < 25 || pairs.found > 60) throw new Error('CHANGED: a burst has all its calls');
}
main()
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  })
  .finally(() => redis.disconnect());
JS
node "$T/check.js" "$T/redis.sock"
