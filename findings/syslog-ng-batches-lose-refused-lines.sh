#!/usr/bin/env bash
# With batch-lines() set, the Redis destination of syslog-ng loses every line that Redis refuses: it logs nothing and
# counts the line as written. Without batches it retries until Redis accepts the line.
#
# Tried on 2026-11-30 with the Debian packages syslog-ng-core and syslog-ng-mod-redis 4.12.0-2, and redis-tools
# 5:8.0.6-3 (Redis 8.0.6), on Node 20.20.
#
# Promise: the documentation says that syslog-ng closes the connection if Redis returns an error, and that `retries()`
# is the number of attempts before a line is dropped. It describes batch-lines() as a matter of throughput and latency.
# The counters of syslog-ng have `written` and `dropped` for the outcome.
# Behaviour: with batch-lines() the destination pipelines its commands. It reads one reply per line and discards it
# without a check for an error, so only a broken connection counts as a failure. batch-lines(1), which the documentation
# names as the default, does the same. Only a destination without the option checks the reply.
# Output seen (20 lines, 20 while Redis refuses writes for 1.5 s, 20 afterwards, with retries(100) and flow control):
#   memory full, no batches: 60 of 60 lines in Redis, written 60, dropped 0, errors logged: yes
#   memory full, batches of 10: 40 of 60 lines in Redis, written 60, dropped 0, errors logged: no
#   memory full, batches of 1: 40 of 60 lines in Redis, written 60, dropped 0, errors logged: no
#   replica, no batches: 60 of 60 lines in Redis, written 60, dropped 0, errors logged: yes
#   replica, batches of 10: 40 of 60 lines in Redis, written 60, dropped 0, errors logged: no
#   no permission, no batches: 60 of 60 lines in Redis, written 60, dropped 0, errors logged: yes
#   no permission, batches of 10: 40 of 60 lines in Redis, written 60, dropped 0, errors logged: no
#
# Why it matters: a primary that a failover turns into a replica keeps its connections, and refuses every write from
# then on. So does a server at its memory limit, or one that reduces the permissions of the user. The audit trail then
# has a hole that no log, counter or alert shows. Flow control and retries do not help, as the lines count as delivered.
# Leave batch-lines() out, or compare `written` with the length of the list or stream in Redis.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
LIBS=(libc6 libssl3t64 libjemalloc2 liblzf1 libstdc++6 libgcc-s1 libsystemd0 libzstd1 zlib1g libcap2 libatomic1
  libglib2.0-0t64 libhiredis1.1.0 libivykis0t64 libnet9 libpcre2-8-0 libwrap0 libffi8)

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

debs syslog-ng-core=4.12.0-2 syslog-ng-mod-redis=4.12.0-2 redis-tools=5:8.0.6-3 "${LIBS[@]}"
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
LOADER=$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)
MODULES=$(find "$T/root" -name 'libredis.so' -printf '%h' -quit)
cat >"$T/check.mjs" <<'JS'
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [folder, loader, libc, modules] = process.argv.slice(2);
const LINES = 20;
const REFUSALS = {
  'memory full': { begin: ['config', 'set', 'maxmemory', '1'], end: ['config', 'set', 'maxmemory', '0'] },
  replica: { begin: ['replicaof', '127.0.0.1', '1'], end: ['replicaof', 'no', 'one'] },
  'no permission': { begin: ['acl', 'setuser', 'default', '-rpush'], end: ['acl', 'setuser', 'default', '+rpush'] },
};
const CASES = [
  ['memory full', 0],
  ['memory full', 10],
  ['memory full', 1],
  ['replica', 0],
  ['replica', 10],
  ['no permission', 0],
  ['no permission', 10],
];
const processes = [];

const command = (name, binary) => ['--argv0', name, '--library-path', `${libc}:${modules}/..`, `${folder}/root/usr/${binary}`];
const run = (name, binary, ...options) =>
  execFileSync(loader, [...command(name, binary), ...options], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
const start = (name, binary, ...options) =>
  processes.push(spawn(loader, [...command(name, binary), ...options], { stdio: 'ignore' }));
async function until(what, condition) {
  for (let i = 0; i < 100; i++) {
    try {
      if (condition()) return;
    } catch {
      // not started yet
    }
    await sleep(100);
  }
  throw new Error(`${what} did not happen in 10 seconds`);
}
async function stop() {
  for (const child of processes.splice(0)) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGKILL')) await ended;
  }
}
const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

async function measure(refusal, batch, index) {
  const here = `${folder}/${index}`;
  mkdirSync(here);
  const [redisPort, port] = [await freePort(), await freePort()];
  start('redis-server', 'bin/redis-check-rdb', '--port', `${redisPort}`, '--bind', '127.0.0.1', '--save', '', '--dir', here);
  const redis = (...words) => run('redis-cli', 'bin/redis-cli', '-p', `${redisPort}`, ...words);
  await until('the start of Redis', () => redis('ping') === 'PONG');

  const batches = batch > 0 ? `batch-lines(${batch}) batch-timeout(100)` : '';
  const config = `@version: 4.12
    source s_app { network(transport("tcp") ip("127.0.0.1") port(${port})); };
    source s_own { internal(); };
    destination d_redis {
      redis(host("127.0.0.1") port(${redisPort}) command("RPUSH", "lines", "$MESSAGE") retries(100) time-reopen(1) ${batches});
    };
    destination d_log { file("${here}/own.log"); };
    log { source(s_app); destination(d_redis); flags(flow-control); };
    log { source(s_own); destination(d_log); };\n`;
  writeFileSync(`${here}/syslog-ng.conf`, config);
  const files = ['-f', `${here}/syslog-ng.conf`, '-p', `${here}/pid`, '-R', `${here}/persist`, '-c', `${here}/control`];
  start('syslog-ng', 'sbin/syslog-ng', '-F', '--no-caps', '--module-path', modules, ...files);
  const log = () => readFileSync(`${here}/own.log`, 'utf8');
  await until('the start of syslog-ng', () => log().includes('starting up'));

  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  let sent = 0;
  const send = () => {
    for (let i = 0; i < LINES; i++) socket.write(`<14>Nov 30 12:00:00 host app: line ${sent++}\n`);
  };
  const stats = () => run('syslog-ng-ctl', 'sbin/syslog-ng-ctl', 'stats', '-c', `${here}/control`).split('\n');
  const count = (name) => Number(stats().find((row) => row.startsWith('dst.redis;') && row.includes(`;${name};`)).split(';').at(-1));

  send();
  await until('the arrival of the first lines', () => Number(redis('llen', 'lines')) === LINES);
  redis(...REFUSALS[refusal].begin);
  send();
  await sleep(1500);
  redis(...REFUSALS[refusal].end);
  send();
  await until('the writing of the last lines', () => count('written') + count('dropped') === 3 * LINES);
  await sleep(200);
  const arrived = new Set(redis('lrange', 'lines', '0', '-1').split('\n')).size;
  const result = { arrived, written: count('written'), dropped: count('dropped'), logged: log().includes('REDIS server error') };
  socket.destroy();
  await stop();
  const name = batch > 0 ? `batches of ${batch}` : 'no batches';
  const counters = `written ${result.written}, dropped ${result.dropped}`;
  console.log(`${refusal}, ${name}: ${arrived} of ${sent} lines in Redis, ${counters}, errors logged: ${result.logged ? 'yes' : 'no'}`);
  return { batch, ...result };
}

try {
  const results = [];
  for (const [index, [refusal, batch]] of CASES.entries()) results.push(await measure(refusal, batch, index));
  const single = results.filter(({ batch }) => batch === 0);
  const batched = results.filter(({ batch }) => batch > 0);
  if (single.some(({ arrived, logged }) => arrived !== 3 * LINES || !logged)) throw new Error('the comparison is wrong');
  const lost = batched.every(({ arrived, written, dropped, logged }) => arrived === 2 * LINES && written === 3 * LINES && dropped === 0 && !logged);
  if (!lost) throw new Error('CHANGED: batches do not lose refused lines silently');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await stop();
}
JS
node "$T/check.mjs" "$T" "$LOADER" "$LIBC" "$MODULES"
