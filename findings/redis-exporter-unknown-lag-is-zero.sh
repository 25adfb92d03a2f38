#!/usr/bin/env bash
# redis_exporter reports a lag of 0 where Redis says that it does not know the lag, so one deleted entry hides the
# backlog of a stopped consumer group.
#
# Tried on 2026-11-30 with the Debian packages prometheus-redis-exporter 1.86.0-1 and redis-tools 5:8.0.6-3 (Redis
# 8.0.6), and ioredis 6.0.0 (npm) on Node 20.20.
#
# Promise: redis_stream_group_lag is the lag of XINFO GROUPS, the number of entries a group has not read yet. Redis
# documents that this field is null when the lag cannot be determined.
# Behaviour: the exporter turns null into 0, the value of a group that has read everything, and logs nothing. Redis
# answers null while a deleted entry lies between the last delivered entry and the end of the stream, and for a group
# that starts in the middle.
# Output seen (20,000 entries, one a second; a backlog counted with XRANGE; behind: the last generated id less the last
# delivered id, both from the exporter):
#   no entry deleted: backlog 20000, Redis 20000, exporter 20000, behind 20000 s
#   the entry that was read deleted: backlog 20000, Redis 20000, exporter 20000, behind 20000 s
#   the older half trimmed: backlog 10000, Redis 10000, exporter 10000, behind 20000 s
#   one order withdrawn by XDEL: backlog 19999, Redis null, exporter 0, behind 20000 s
#   other group deletes what it has done, but for one entry: backlog 1000, Redis null, exporter 0, behind 20000 s
#   group for a replay from the middle: backlog 10000, Redis null, exporter 0, behind 10000 s
#   1,000 entries read: backlog 18999, Redis null, exporter 0, behind 19000 s
#   all entries read: backlog 0, Redis 0, exporter 0, behind 0 s
#
# Why it matters: an alert on the lag is the usual guard against a stopped consumer. With XDEL in use it stays silent
# for the whole outage, and the dashboard shows a group that keeps up. XTRIM and MAXLEN do no harm, and neither does an
# XDEL of entries that all groups have read, so tests pass. Where ids are times, alert on redis_stream_last_generated_id
# less redis_stream_group_last_delivered_id: both are right, in milliseconds.
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

debs prometheus-redis-exporter=1.86.0-1 redis-tools=5:8.0.6-3 "${LIBS[@]}"
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts ioredis@6.0.0 || exit 2
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
LOADER=$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)
"$LOADER" --argv0 redis-server --library-path "$LIBC" "$T/root/usr/bin/redis-check-rdb" --port 0 \
  --unixsocket "$T/redis.sock" --save '' --dir "$T" >"$T/redis.log" 2>&1 &
SERVER=$!
for _ in $(seq 100); do [ -S "$T/redis.sock" ] && break; sleep 0.1; done
[ -S "$T/redis.sock" ] || exit 2
cat >"$T/check.js" <<'JS'
const { spawn } = require('node:child_process');
const { createServer } = require('node:net');
const { setTimeout: sleep } = require('node:timers/promises');
const { Redis } = require('ioredis');

const [socket, ...command] = process.argv.slice(2);
const [ENTRIES, START] = [20_000, Date.UTC(2026, 10, 30)];
const client = new Redis(socket);
const id = (i) => `${START + i * 1000}-0`;
let [exporter, url] = [];

async function start() {
  const port = await new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
  url = `http://127.0.0.1:${port}/metrics`;
  const options = ['-redis.addr', `unix://${socket}`, '-check-single-streams', 'orders', '-web.listen-address', `127.0.0.1:${port}`];
  exporter = spawn(command[0], [...command.slice(1), ...options], { stdio: 'ignore' });
  for (let i = 0; i < 100; i++) {
    if (await fetch(url).catch(() => null)) return;
    await sleep(100);
  }
  throw new Error('the exporter does not start');
}
/** A stream with an entry a second, and a group that has read the first of them and stopped. */
async function outage() {
  await client.flushall();
  await client.xadd('orders', id(0), 'qty', '1');
  await client.xgroup('CREATE', 'orders', 'risk', '0');
  await client.xreadgroup('GROUP', 'risk', 'worker', 'COUNT', 1, 'STREAMS', 'orders', '>');
  const pipeline = client.pipeline();
  for (let i = 1; i <= ENTRIES; i++) pipeline.xadd('orders', id(i), 'qty', '1');
  await pipeline.exec();
}
async function measure(label, group = 'risk') {
  const row = (await client.call('XINFO', 'GROUPS', 'orders')).find((fields) => fields[1] === group);
  const [last, lag] = ['last-delivered-id', 'lag'].map((name) => row[row.indexOf(name) + 1]);
  const backlog = (await client.xrange('orders', `(${last}`, '+')).length;
  const text = await (await fetch(url)).text();
  const metric = (name, part = '') => Number(text.split('\n').find((line) => line.startsWith(`${name}{`) && line.includes(part)).split(' ').at(-1));
  const reported = metric('redis_stream_group_lag', `group="${group}"`);
  const behind = (metric('redis_stream_last_generated_id') - metric('redis_stream_group_last_delivered_id', `group="${group}"`)) / 1000;
  console.log(`${label}: backlog ${backlog}, Redis ${lag}, exporter ${reported}, behind ${behind} s`);
  return { backlog, lag, reported, behind };
}
async function main() {
  await start();
  await outage();
  const kept = await measure('no entry deleted');
  await client.xdel('orders', id(0));
  const behindOnly = await measure('the entry that was read deleted');
  await client.xtrim('orders', 'MAXLEN', ENTRIES / 2);
  const trimmed = await measure('the older half trimmed');
  await outage();
  await client.xdel('orders', id(ENTRIES / 2));
  const withdrawn = await measure('one order withdrawn by XDEL');
  await outage();
  const done = Array.from({ length: ENTRIES - 1000 }, (_, i) => id(i + 2));
  await client.xdel('orders', ...done);
  const other = await measure('other group deletes what it has done, but for one entry');
  await outage();
  await client.xgroup('CREATE', 'orders', 'replay', id(ENTRIES / 2));
  const replay = await measure('group for a replay from the middle', 'replay');
  await outage();
  await client.xdel('orders', id(ENTRIES / 2));
  await client.xreadgroup('GROUP', 'risk', 'worker', 'COUNT', 1000, 'STREAMS', 'orders', '>');
  const reading = await measure('1,000 entries read');
  await client.xreadgroup('GROUP', 'risk', 'worker', 'COUNT', ENTRIES, 'STREAMS', 'orders', '>');
  const read = await measure('all entries read');
  const unknown = [withdrawn, other, replay, reading];
  const known = [kept, behindOnly, trimmed, read];
  if (known.some(({ backlog, lag, reported }) => backlog !== lag || lag !== reported)) throw new Error('the comparison is wrong');
  if (unknown.some(({ backlog, behind }) => backlog < 1000 || behind < 1000)) throw new Error('the comparison is wrong');
  if (unknown.some(({ lag }) => lag !== null)) throw new Error('CHANGED: Redis knows the lag');
  if (unknown.some(({ reported }) => reported !== 0)) throw new Error('CHANGED: an unknown lag is not reported as 0');
}
main()
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  })
  .finally(async () => {
    client.disconnect();
    if (!exporter) return;
    const ended = new Promise((resolve) => exporter.once('exit', resolve));
    exporter.kill('SIGKILL');
    await ended;
  });
JS
node "$T/check.js" "$T/redis.sock" "$LOADER" --argv0 redis_exporter --library-path "$LIBC" \
  "$T/root/usr/bin/prometheus-redis-exporter"
