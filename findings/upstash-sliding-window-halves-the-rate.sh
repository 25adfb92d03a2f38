#!/usr/bin/env bash
# The sliding window of @upstash/ratelimit lets through half of its own limit once demand exceeds it. Without its cache
# that is cured, but requests that cost 3 hardly pass at all.
#
# Tried on 2026-11-30 with @upstash/ratelimit 2.2.0, @upstash/redis 1.38.2 and ioredis 6.0.0 (npm) on Node 20.20, and
# the Debian package redis-tools 5:8.0.6-3 (Redis 8.0.6). The check hands the scripts of the limiter to this server,
# without their first line, whose flag only Upstash's own server knows.
#
# Promise: the first example of the README is "10 requests per 10 seconds" by slidingWindow(10, '10 s'). The comment on
# that function says of its drawbacks: nothing major. `rate` is the number of tokens that a request costs. The pages on
# the cache say that it refuses until the reset time, to save calls of Redis, and name no cost.
# Behaviour: the reset time of a sliding window is the end of the fixed window. After a refusal the limiter, whose cache
# is on by default, refuses until then without asking Redis. A sliding window frees places before that, so a nearly
# empty window follows each full one. With a `rate` the script compares the count without the request with the limit,
# and adds the cost before it refuses. Refused requests fill the window, and later ones find no room in it. For
# requests of one token a fixed window and a token bucket are right.
# Output seen (five minutes of even demand, on a clock of the check; tokens that pass in 10 s; exact: a list of the
# passes of the last 10 s):
#   1.1 requests a second: sliding window 5.3, without the cache 10.0, exact 10.0
#   1.5 requests a second: sliding window 6.0, without the cache 10.0, exact 10.0
#   3 requests a second: sliding window 5.5, without the cache 10.0, exact 10.0
#   3 requests a second: fixed window 10.0, token bucket 10.0
#   a request of 3 tokens each second (tokens): sliding window 4.5, without the cache 0.3, exact 9.0
#
# Why it matters: calls to a venue run at half of what the venue allows, just when there is most to do. Below the limit
# nothing shows, and a single burst is right as well, so short load tests pass. Set `ephemeralCache: false`, and let
# each request cost one token.
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
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @upstash/ratelimit@2.2.0 @upstash/redis@1.38.2 \
  ioredis@6.0.0 || exit 2
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
"$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 redis-server --library-path "$LIBC" \
  "$T/root/usr/bin/redis-check-rdb" --port 0 --unixsocket "$T/redis.sock" --save '' --dir "$T" >"$T/redis.log" 2>&1 &
SERVER=$!
for _ in $(seq 100); do [ -S "$T/redis.sock" ] && break; sleep 0.1; done
[ -S "$T/redis.sock" ] || exit 2
cat >"$T/check.js" <<'JS'
const { Redis } = require('ioredis');
const { Ratelimit } = require('@upstash/ratelimit');

const [LIMIT, WINDOW, SECONDS, START] = [10, 10_000, 300, Date.UTC(2026, 10, 30)];
let now = START;
Date.now = () => now;

const client = new Redis(process.argv[2]);
/** What the limiter asks of its client: its scripts, sent to the server as they are but for the line of flags. */
const redis = {
  evalsha: () => Promise.reject(new Error('NOSCRIPT')),
  eval: (script, keys, parts) => client.eval(script.replace(/^#!.*/, ''), keys.length, ...keys, ...parts),
  get: (key) => client.get(key),
  set: (key, value) => client.set(key, value),
};
const sliding = Ratelimit.slidingWindow(LIMIT, '10 s');
const fixed = Ratelimit.fixedWindow(LIMIT, '10 s');
const bucket = Ratelimit.tokenBucket(LIMIT, '10 s', LIMIT);

/** The tokens that pass in each 10 s, if a request of this cost comes at an even pace. */
async function passes(perSecond, cost, allowed) {
  await client.flushall();
  now = START;
  let passed = 0;
  for (let i = 0; i < SECONDS * perSecond; i++) {
    now = START + Math.round((i * 1000) / perSecond);
    if (await allowed(cost)) passed += cost;
  }
  return passed / (SECONDS * 1000 / WINDOW);
}
function limited(limiter, ephemeralCache) {
  const ratelimit = new Ratelimit({ redis, limiter, ephemeralCache, enableTelemetry: false });
  return async (rate) => (await ratelimit.limit('venue', rate === 1 ? undefined : { rate })).success;
}
/** What "10 requests per 10 seconds" says: at most 10 tokens in the last 10 seconds. */
function exact() {
  let log = [];
  return async (cost) => {
    log = log.filter((time) => time > now - WINDOW);
    if (log.length + cost > LIMIT) return false;
    for (let i = 0; i < cost; i++) log.push(now);
    return true;
  };
}
async function measure(perSecond, cost, label) {
  const result = {
    usual: await passes(perSecond, cost, limited(sliding)),
    uncached: await passes(perSecond, cost, limited(sliding, false)),
    exact: await passes(perSecond, cost, exact()),
  };
  console.log(`${label}: sliding window ${result.usual.toFixed(1)}, without the cache ${result.uncached.toFixed(1)}, exact ${result.exact.toFixed(1)}`);
  return result;
}
async function main() {
  const single = [];
  for (const perSecond of [1.1, 1.5, 3]) single.push(await measure(perSecond, 1, `${perSecond} requests a second`));
  const others = [await passes(3, 1, limited(fixed)), await passes(3, 1, limited(bucket))];
  console.log(`3 requests a second: fixed window ${others[0].toFixed(1)}, token bucket ${others[1].toFixed(1)}`);
  const weighted = await measure(1, 3, 'a request of 3 tokens each second (tokens)');
  const nearLimit = [...others, ...single.flatMap((result) => [result.uncached, result.exact])];
  if (nearLimit.some((value) => Math.abs(value - LIMIT) > 0.5) || weighted.exact < 8) throw new Error('the comparison is wrong');
  if (single[2].usual > 8 || single[1].usual > 8) throw new Error('CHANGED: a refusal holds only while the window is full');
  if (weighted.uncached > 4) throw new Error('CHANGED: a refused request costs nothing');
}
main()
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  })
  .finally(() => client.disconnect());
JS
node "$T/check.js" "$T/redis.sock"
