#!/usr/bin/env bash
# Two packages for leader election end an instance's candidacy at its first error from Redis, and do not demote a leader
# that cannot renew. After a failover of a few seconds no instance leads, although Redis works and the key is free.
#
# Tried on 2026-11-30 with ts-safe-redis-leader 0.0.5, safe-redis-leader 0.0.6, redis-leader 0.1.0 and ioredis 6.0.0
# (npm) on Node 20.20, and the Debian package redis-tools 5:8.0.6-3 (Redis 8.0.6).
#
# Promise: both READMEs promise tested guarantees that a single leader is elected at a time. Each instance calls elect()
# once, and `ttl` and `wait` are to hand the lead on. Neither README mentions the event `error`. Both packages are ports
# of redis-leader, which does the same, but whose README advises to exit the process at an error.
# Behaviour: each attempt schedules the next one only after a reply. At an error it emits `error` and the loop ends. A
# leader whose renewal fails is not demoted: when another instance takes over, the first one gets no further event. A
# program without a listener for `error` exits, so the careful one that logs the event is the one that stays idle.
# Output seen (a time to live of 1 s, a wait of 0.5 s; the server is a replica for 2.5 s and then a primary again; the
# commands are those of the 3 s after that; the control is the same loop with a next attempt after an error; redis-leader
# had 4 or 5 errors):
#   ts-safe-redis-leader: 1 of 3 leads before, 0 of 3 after 3 s; 3 errors, then 0 commands; a SET NX succeeds
#   safe-redis-leader: 1 of 3 leads before, 0 of 3 after 3 s; 3 errors, then 0 commands; a SET NX succeeds
#   redis-leader: 1 of 3 leads before, 0 of 3 after 3 s; 4 errors, then 0 commands; a SET NX succeeds
#   control: 1 of 3 leads before, 1 of 3 after 3 s
# Output seen (two instances; only a renewal of the first falls into the second of refusal):
#   ts-safe-redis-leader: first: elected, error; second: elected
#   safe-redis-leader: first: elected, error; second: elected
#   control: first: elected, error, demoted; second: elected
#
# Why it matters: the leader settles, rolls contracts or watches the risk. During a failover Redis answers READONLY, and
# at its memory limit OOM. With maxRetriesPerRequest: 0, as in the README of ts-safe-redis-leader, a restart of Redis is
# an error as well. Each instance that asks then is out until its own restart. If all asked, nothing runs. If the leader
# asked, two instances run. Treat `error` as the loss of the lead, and create a new candidate after it.
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
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts ts-safe-redis-leader@0.0.5 \
  safe-redis-leader@0.0.6 redis-leader@0.1.0 ioredis@6.0.0 || exit 2
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
"$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 redis-server --library-path "$LIBC" \
  "$T/root/usr/bin/redis-check-rdb" --port 0 --unixsocket "$T/redis.sock" --save '' --dir "$T" >"$T/redis.log" 2>&1 &
SERVER=$!
for _ in $(seq 100); do [ -S "$T/redis.sock" ] && break; sleep 0.1; done
[ -S "$T/redis.sock" ] || exit 2
cat >"$T/check.js" <<'JS'
const { EventEmitter } = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');
const Redis = require('ioredis');
const { SafeRedisLeader } = require('ts-safe-redis-leader');
const { createSafeRedisLeader } = require('safe-redis-leader');
const Leader = require('redis-leader');

const COUNT = 3;
const path = process.argv[2];
const admin = new Redis(path);

/** The loop of the packages, but for the next attempt after an error. */
class Control extends EventEmitter {
  static created = 0;
  id = `${Control.created++}`;
  leads = false;
  led = false;
  constructor(redis, ttl, wait) {
    super();
    Object.assign(this, { redis, ttl, wait });
  }
  async elect() {
    try {
      if (this.leads) this.leads = (await this.isLeader()) && (await this.redis.set('control', this.id, 'PX', this.ttl, 'XX')) !== null;
      else this.leads = (await this.redis.set('control', this.id, 'PX', this.ttl, 'NX')) !== null;
      if (this.leads !== this.led) this.emit(this.leads ? 'elected' : 'demoted');
    } catch (error) {
      this.emit('error', error);
      if (this.leads) this.emit('demoted');
      this.leads = false;
    }
    this.led = this.leads;
    this.timer = setTimeout(() => this.elect(), this.leads ? this.ttl / 2 : this.wait);
  }
  async isLeader() {
    return (await this.redis.get('control')) === this.id;
  }
}
const PACKAGES = {
  'ts-safe-redis-leader': (redis, ttl, wait) => new SafeRedisLeader(redis, ttl, wait, 'job'),
  'safe-redis-leader': (redis, ttl, wait) => createSafeRedisLeader({ asyncRedis: redis, ttl, wait, key: 'job' }),
  'redis-leader': (redis, ttl, wait) => new Leader(redis, { ttl, wait, key: 'job' }),
  control: (redis, ttl, wait) => new Control(redis, ttl, wait),
};
const leads = (candidate) =>
  new Promise((resolve) => {
    if (candidate instanceof Leader) candidate.isLeader((error, yes) => resolve(yes));
    else void candidate.isLeader().then(resolve);
  });

/** Runs a check with candidates that started a moment after each other. */
async function withCandidates(name, count, ttl, wait, check) {
  await admin.flushall();
  const clients = Array.from({ length: count }, () => new Redis(path));
  const candidates = [];
  for (const client of clients) {
    const candidate = await PACKAGES[name](client, ttl, wait);
    candidate.events = [];
    for (const event of ['elected', 'demoted', 'revoked', 'error']) candidate.on(event, () => candidate.events.push(event));
    candidates.push(candidate);
    void candidate.elect();
    await sleep(100);
  }
  const result = await check(candidates);
  for (const { timer } of candidates) clearTimeout(timer);
  clients.forEach((client) => client.disconnect());
  return result;
}
async function refuseWrites(ms) {
  await admin.replicaof('127.0.0.1', '1');
  await sleep(ms);
  await admin.replicaof('no', 'one');
}
async function failover(name) {
  return withCandidates(name, COUNT, 1000, 500, async (candidates) => {
    const count = async () => (await Promise.all(candidates.map(leads))).filter(Boolean).length;
    await sleep(800);
    const before = await count();
    await refuseWrites(2500);
    await admin.config('RESETSTAT');
    await sleep(3000);
    const used = [...(await admin.info('commandstats')).matchAll(/cmdstat_(set|get|pexpire|eval|evalsha):calls=(\d+)/g)];
    const commands = used.reduce((sum, [, , calls]) => sum + Number(calls), 0);
    const errors = candidates.flatMap(({ events }) => events).filter((event) => event === 'error').length;
    const after = await count();
    const [key] = await admin.keys('*');
    const free = (await admin.set(key ?? 'job', 'another', 'PX', 1000, 'NX')) === 'OK';
    const rest = name === 'control' ? '' : `; ${errors} errors, then ${commands} commands; a SET NX ${free ? 'succeeds' : 'fails'}`;
    console.log(`${name}: ${before} of ${COUNT} leads before, ${after} of ${COUNT} after 3 s${rest}`);
    return { name, before, after, commands, free };
  });
}
/** The first one renews after 0.75, 1.5 and 2.25 s, the second one asks after 0.1 and 3.1 s. */
async function shortRefusal(name) {
  return withCandidates(name, 2, 1500, 3000, async ([first, second]) => {
    await sleep(1000);
    await refuseWrites(1000);
    await sleep(1500);
    console.log(`${name}: first: ${first.events.join(', ')}; second: ${second.events.join(', ')}`);
    return { name, demoted: first.events.includes('demoted'), taken: second.events.includes('elected'), leads: await leads(first) };
  });
}
async function main() {
  const results = [];
  for (const name of Object.keys(PACKAGES)) results.push(await failover(name));
  const short = [];
  for (const name of ['ts-safe-redis-leader', 'safe-redis-leader', 'control']) short.push(await shortRefusal(name));
  if (results.at(-1).after !== 1 || results.some(({ before }) => before !== 1)) throw new Error('the comparison is wrong');
  if (!short.at(-1).demoted || !short.at(-1).taken) throw new Error('the comparison is wrong: the control is not demoted');
  for (const { name, after, commands, free } of results.slice(0, 2)) {
    if (after !== 0 || commands !== 0 || !free) throw new Error(`CHANGED: ${name} tries again after an error`);
  }
  if (short.slice(0, 2).some(({ demoted, taken }) => demoted || !taken)) throw new Error('CHANGED: a leader that cannot renew is demoted');
}
main()
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  })
  .finally(() => admin.disconnect());
JS
node "$T/check.js" "$T/redis.sock"
