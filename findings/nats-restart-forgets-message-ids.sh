#!/usr/bin/env bash
# A restart of a NATS server empties the window of message ids of a work queue: an order that was done and acknowledged
# is accepted and delivered again when its sender retries.
#
# Tried on 2026-11-30 with the Debian package nats-server 2.15.1-1, @nats-io/transport-node 3.4.0 and @nats-io/jetstream
# 3.4.0 (npm) on Node 20.20.
#
# Promise: the documentation says that JetStream ignores a second message with the same Nats-Msg-Id within the window
# of the stream (2 minutes by default), and that this, with acknowledgements that are confirmed, gives exactly once. The
# stream is stored in files. The server refuses the second message as well if the first is already done and removed.
# Behaviour: after a start the server knows the ids of the messages that are still stored. It does not keep the others,
# whatever the window. So it forgets each message that was acknowledged in a work queue or in a stream of interest, and
# each one that a later message of its subject replaced. A stream that keeps its messages keeps the ids too. Issue 3272
# of nats-server reported this for a purge in 2022 and is open; the documentation does not name it.
# Output seen (20 orders with ids and a window of an hour; each is delivered and its acknowledgement confirmed, then all
# are sent again, first to the same server and then after its restart):
#   work queue, server stopped: 20 of 20 refused, after the restart 0 of 20 refused, 20 delivered again, 0 as
#     redelivered
#   work queue, server killed: the same
#   interest, server stopped: the same
#   last of each subject, server stopped: 20 of 20 refused, after the restart 1 of 20 refused
#   kept for an hour, server stopped: 20 of 20 refused, after the restart 20 of 20 refused, 0 delivered again, 0 as
#     redelivered
#
# Why it matters: a sender retries just when the server restarts, as the confirmation of its last order was lost with
# the connection. Ids are there for that case, and an upgrade of the server is enough: the venue gets the order twice.
# The second delivery is no redelivery, so a consumer sees a new message. Use a stream of limits with a max_age of at
# least the window, as in the last case, or let the consumer remember the ids.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

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

debs nats-server=2.15.1-1 libc6
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @nats-io/transport-node@3.4.0 \
  @nats-io/jetstream@3.4.0 || exit 2
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
LOADER=$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)
cat >"$T/check.mjs" <<'JS'
import { spawn } from 'node:child_process';
import { connect } from '@nats-io/transport-node';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';

const [folder, ...command] = process.argv.slice(2);
const ORDERS = 20;
const HOUR = 3_600_000_000_000; // nanoseconds
const CASES = [
  { name: 'work queue', config: { retention: 'workqueue' } },
  { name: 'work queue', config: { retention: 'workqueue' }, signal: 'SIGKILL' },
  { name: 'interest', config: { retention: 'interest' } },
  { name: 'last of each subject', config: { max_msgs_per_subject: 1 }, consumed: false },
  { name: 'kept for an hour', config: { max_age: HOUR } },
];

let server;
async function start() {
  const options = [...command.slice(1), '-a', '127.0.0.1', '-p', '-1', '-js', '-sd', folder];
  server = spawn(command[0], options, { stdio: ['ignore', 'ignore', 'pipe'] });
  const port = await new Promise((resolve, reject) => {
    let log = '';
    server.on('exit', () => reject(new Error(`the server ended: ${log}`)));
    server.stderr.on('data', (data) => {
      log += data;
      const found = /client connections on 127\.0\.0\.1:(\d+)/.exec(log);
      if (found && log.includes('Server is ready')) resolve(Number(found[1]));
    });
  });
  return connect({ servers: `127.0.0.1:${port}` });
}
async function stop(signal = 'SIGTERM') {
  server.removeAllListeners('exit');
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  await ended;
}
/** Sends all orders, and returns how many the server refuses as known. */
async function send(connection, stream) {
  let refused = 0;
  for (let i = 0; i < ORDERS; i++) {
    const { duplicate } = await jetstream(connection).publish(`${stream}.orders`, `order ${i}`, { msgID: `${i}` });
    if (duplicate) refused += 1;
  }
  return refused;
}
/** Takes all orders there are, and waits for the confirmation of each acknowledgement. */
async function take(connection, stream) {
  const consumer = await jetstream(connection).consumers.get(stream, 'venue');
  const taken = [];
  for await (const message of await consumer.fetch({ max_messages: ORDERS, expires: 1000 })) {
    taken.push({ redelivered: message.redelivered });
    if (!(await message.ackAck())) throw new Error('the acknowledgement is not confirmed');
  }
  return taken;
}
async function measure({ name, config, signal, consumed = true }, stream) {
  let connection = await start();
  const manager = await jetstreamManager(connection);
  const common = { name: stream, subjects: [`${stream}.*`], storage: 'file', duplicate_window: HOUR };
  await manager.streams.add({ ...common, ...config });
  if (consumed) await manager.consumers.add(stream, { durable_name: 'venue', ack_policy: AckPolicy.Explicit });
  if ((await send(connection, stream)) > 0) throw new Error('the comparison is wrong: new orders are refused');
  const taken = consumed ? await take(connection, stream) : [];
  if (consumed && taken.length !== ORDERS) throw new Error('the comparison is wrong: orders are missing');
  const before = await send(connection, stream);
  await connection.close();
  await stop(signal);
  connection = await start();
  const after = await send(connection, stream);
  const again = consumed ? await take(connection, stream) : [];
  await connection.close();
  await stop();
  const redelivered = again.filter((message) => message.redelivered).length;
  const deliveries = consumed ? `, ${again.length} delivered again, ${redelivered} as redelivered` : '';
  const refused = `${before} of ${ORDERS} refused, after the restart ${after} of ${ORDERS} refused`;
  console.log(`${name}, server ${signal ? 'killed' : 'stopped'}: ${refused}${deliveries}`);
  return { before, after, again: again.length };
}
try {
  const results = [];
  for (const [i, row] of CASES.entries()) results.push(await measure(row, `S${i}`));
  const kept = results.at(-1);
  if (results.some(({ before }) => before !== ORDERS) || kept.after !== ORDERS || kept.again !== 0) throw new Error('the comparison is wrong');
  const forgotten = results.slice(0, 3).every(({ after, again }) => after === 0 && again === ORDERS);
  if (!forgotten || results[3].after === ORDERS) throw new Error('CHANGED: a restart keeps the ids of removed messages');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  server.kill('SIGKILL');
}
JS
node "$T/check.mjs" "$T/store" "$LOADER" --argv0 nats-server --library-path "$LIBC" "$T/root/usr/sbin/nats-server"
