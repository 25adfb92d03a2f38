#!/usr/bin/env bash
# Another client's EVALs make a transaction of ioredis lose its script command and commit the rest.
#
# Tried on 2026-11-28 with ioredis 6.0.0 (npm) on Node 20.20 and the Debian packages redis-tools 5:8.0.6-3 (Redis
# 8.0.6) and valkey-tools 9.1.2-1 (Valkey 9.1.2). Redis 7.0.15 keeps all scripts and shows neither effect.
#
# Behaviour: newer servers keep the 500 scripts that EVAL used last and evict the others. ioredis sends a script of
# defineCommand() with EVAL once per connection and with EVALSHA from then on. When another client has run 500
# different scripts in between, the server answers NOSCRIPT. In MULTI this answer comes after the queueing, so the
# other commands of the transaction are committed without the script. In a pipeline ioredis sends the script again by
# itself, after the commands that followed it. SCRIPT LOAD protects a script from eviction, on Redis only if the
# script was loaded before its first EVAL.
# Output seen (the script increments `permits`; expected are OK,1,OK and the final value 10):
#   redis: transaction OK,NOSCRIPT,OK; pipeline SET permits 0, script, SET permits 10 ends at 11
#   redis: SCRIPT LOAD after EVAL: OK,NOSCRIPT,OK; SCRIPT LOAD before EVAL: OK,1,OK
#   valkey: transaction OK,NOSCRIPT,OK; pipeline SET permits 0, script, SET permits 10 ends at 11
#   valkey: SCRIPT LOAD after EVAL: OK,1,OK; SCRIPT LOAD before EVAL: OK,1,OK
#
# Why it matters: one job elsewhere that puts values into its script texts is enough, and the server upgrade from 7.0
# brings it about. A transaction "stamp, count by script, publish" stamps and publishes without counting. Load every
# script on each `ready` event before anything can EVAL it, keep scripts out of MULTI, and alert on `evicted_scripts`
# in INFO.
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

debs redis-tools=5:8.0.6-3 valkey-tools=9.1.2-1 "${LIBS[@]}"
ln -s redis-check-rdb "$T/root/usr/bin/redis-server"
ln -s valkey-check-rdb "$T/root/usr/bin/valkey-server"
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts ioredis@6.0.0 || exit 2
cat >"$T/check.js" <<'JS'
const { Redis } = require('ioredis');

const lua = "return redis.call('INCR', KEYS[1])";

async function main() {
  const [path, name] = process.argv.slice(2);
  const redis = new Redis({ path });
  const other = new Redis({ path });
  redis.defineCommand('grant', { numberOfKeys: 1, lua });

  /** Another client runs 600 different scripts. */
  async function evict() {
    const scripts = other.pipeline();
    for (let i = 0; i < 600; i++) scripts.eval(`return ${i}`, 0);
    await scripts.exec();
  }
  const answers = (results) => results.map(([error, value]) => (error ? error.message.split(' ')[0] : value)).join(',');
  async function transaction() {
    return answers(await redis.multi().set('permits', 0).grant('permits').set('stamp', 1).exec());
  }
  async function pipeline() {
    await redis.pipeline().set('permits', 0).grant('permits').set('permits', 10).exec();
    return redis.get('permits');
  }

  /** Both effects, after the script has been used and 600 others have been run. */
  async function afterEviction(effect) {
    await redis.grant('before'); // ioredis now takes the script for loaded
    await evict();
    return effect();
  }
  const lost = await afterEviction(transaction);
  const late = await afterEviction(pipeline);
  console.log(`${name}: transaction ${lost}; pipeline SET permits 0, script, SET permits 10 ends at ${late}`);

  await redis.grant('before');
  await redis.script('LOAD', lua);
  const loadedLater = await afterEviction(transaction);
  await redis.script('FLUSH');
  await redis.script('LOAD', lua);
  await redis.eval(lua, 1, 'before');
  const loadedFirst = await afterEviction(transaction);
  console.log(`${name}: SCRIPT LOAD after EVAL: ${loadedLater}; SCRIPT LOAD before EVAL: ${loadedFirst}`);
  redis.disconnect();
  other.disconnect();

  if (lost !== 'OK,NOSCRIPT,OK' || late !== '11')
    throw new Error('CHANGED: the script is not lost, or not sent again late');
  if (loadedLater !== (name === 'redis' ? 'OK,NOSCRIPT,OK' : 'OK,1,OK') || loadedFirst !== 'OK,1,OK')
    throw new Error('CHANGED: SCRIPT LOAD protects in other cases');
}
main();
JS
for tools in redis valkey; do
  (run "$tools-server" --port 0 --unixsocket "$T/$tools.sock" --save '' --dir "$T" >"$T/$tools.log" 2>&1) &
  PIDS+=($!)
  within test -S "$T/$tools.sock"
  node "$T/check.js" "$T/$tools.sock" "$tools"
done
