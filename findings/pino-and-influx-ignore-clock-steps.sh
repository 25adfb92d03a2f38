#!/usr/bin/env bash
# When the clock of a host is corrected, pino's nanosecond timestamps and the default timestamps of InfluxDB's clients
# stay on the old time until the process restarts. In microseconds the points of these clients are out of order.
#
# Tried on 2026-11-30 with pino 10.4.0, @influxdata/influxdb-client 1.35.0 and @influxdata/influxdb3-client 2.1.0 (npm)
# on Node 20.20.
#
# Promise: pino names stdTimeFunctions.isoTimeNano a time in UTC with nanosecond precision, beside isoTime with
# milliseconds. A point without a timestamp, say the types of InfluxDB's client, gets the local time of the client's
# clock; nanoseconds are the default precision. Neither says that the clock is read once.
# Behaviour: each reads the clock of the host once, pino as it loads and the clients at their first point, and adds what
# the monotonic clock counts from then on. That clock knows no corrections, and it stops while a machine is suspended.
# The other formats of the same packages, pino's isoTime and InfluxDB's milliseconds, follow the clock. For microseconds
# the clients join the milliseconds of the clock with the microseconds of the monotonic clock. The milliseconds of the
# two begin at different moments, so in each millisecond the time jumps back once, by almost a millisecond.
# Output seen (timestamps less the clock of the check, in seconds; the 511 of the last line differ from run to run):
#   at the start: pino isoTime 0.0, pino isoTimeNano 0.0, influx ms 0.0, influx us 0.0, influx ns 0.0, influx3 ns 0.0
#   after chrony steps by -2.5 s: isoTimeNano 2.5, influx ns 2.5, influx3 ns 2.5, the others 0.0
#   after an hour in which the machine is suspended: isoTimeNano -3597.5, influx ns -3597.5, influx3 ns -3597.5, the
#     others 0.0
#   5,000 points, one each 100 us: in microseconds 511 before their forerunner, by up to 900 us; in milliseconds 0
#
# Why it matters: the logs and metrics of one process contradict those of all others, and its own in another format,
# until it is restarted. A fill is logged before its order, latencies between services are wrong by the step, and
# points that are an hour old miss dashboards and alerts. Use isoTime or epochTime, and give each point a time of its
# own, made from Date.now() and a counter.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts pino@10.4.0 \
  @influxdata/influxdb-client@1.35.0 @influxdata/influxdb3-client@2.1.0 || exit 2
cat >"$T/check.js" <<'JS'
const { createServer } = require('http');
const { once } = require('events');

// The clock of the host, with the corrections that the check makes. The monotonic clock stays as it is.
const host = Date.now;
let correction = 0;
Date.now = () => host() + correction;

const pino = require('pino');
const influx = require('@influxdata/influxdb-client');
const influx3 = require('@influxdata/influxdb3-client');

/** What the clients send to their server. */
const lines = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (data) => (body += data));
  request.on('end', () => {
    lines.push(...body.trim().split('\n'));
    response.writeHead(204).end();
  });
});
/** The seconds of one log line with this format of the time. */
function logged(timestamp) {
  let line;
  pino({ timestamp }, { write: (text) => (line = text) }).info('fill');
  const [, seconds, fraction] = /^(.*)\.(\d+)Z$/.exec(JSON.parse(line).time);
  return Date.parse(`${seconds}Z`) / 1000 + Number(`0.${fraction}`);
}
/** The seconds of one point without a timestamp, as it reaches the server. */
async function written(write, unit) {
  lines.length = 0;
  await write();
  return Number(lines[0].split(' ').at(-1)) / unit;
}
/** A point without a timestamp, by either client. */
function point({ Point }) {
  if (Point.measurement) return Point.measurement('fill').setFloatField('price', 1);
  return new Point('fill').floatField('price', 1);
}

async function main() {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  const client = new influx.InfluxDB({ url, token: 'check' });
  const client3 = new influx3.InfluxDBClient({ host: url, token: 'check', database: 'check' });
  const write = (precision) => async () => {
    const api = precision ? client.getWriteApi('check', 'check', precision) : client.getWriteApi('check', 'check');
    api.writePoint(point(influx));
    await api.close();
  };
  const formats = {
    'pino isoTime': () => logged(pino.stdTimeFunctions.isoTime),
    'pino isoTimeNano': () => logged(pino.stdTimeFunctions.isoTimeNano),
    'influx ms': () => written(write('ms'), 1e3),
    'influx us': () => written(write('us'), 1e6),
    'influx ns': () => written(write(), 1e9),
    'influx3 ns': () => written(() => client3.write(point(influx3)), 1e9),
  };
  const measure = async (label) => {
    const errors = {};
    for (const [name, time] of Object.entries(formats)) {
      const [before, seen, after] = [Date.now() / 1000, await time(), Date.now() / 1000];
      errors[name] = Number((seen < before ? seen - before : Math.max(seen - after, 0)).toFixed(1)) + 0;
    }
    const texts = Object.entries(errors).map(([name, error]) => `${name} ${error.toFixed(1)}`);
    console.log(`${label}: ${texts.join(', ')}`);
    return errors;
  };
  const first = await measure('at the start');
  correction = -2500;
  const step = await measure('after chrony steps by -2.5 s');
  correction = 3_597_500;
  const suspended = await measure('after an hour in which the machine is suspended');

  const api = client.getWriteApi('check', 'check', 'us', { batchSize: 10_000, gzipThreshold: 1e9 });
  lines.length = 0;
  // A clock whose milliseconds begin 0.4 ms after those of the monotonic clock. On a host it is any part of one.
  const offset = host() - Number(process.hrtime.bigint() / 1_000_000n);
  Date.now = () => offset + Number((process.hrtime.bigint() + 600_000n) / 1_000_000n);
  for (let i = 0; i < 5000; i++) {
    api.writePoint(point(influx));
    for (const end = process.hrtime.bigint() + 100_000n; process.hrtime.bigint() < end; );
  }
  await api.close();
  const times = lines.map((line) => Number(line.split(' ').at(-1)));
  const back = times.slice(1).map((time, i) => times[i] - time).filter((jump) => jump > 0);
  const coarse = times.slice(1).filter((time, i) => Math.floor(time / 1000) < Math.floor(times[i] / 1000)).length;
  const order = `in microseconds ${back.length} before their forerunner, by up to ${Math.max(...back, 0)} us`;
  console.log(`5,000 points, one each 100 us: ${order}; in milliseconds ${coarse}`);

  const frozen = ['pino isoTimeNano', 'influx ns', 'influx3 ns'];
  const right = ['pino isoTime', 'influx ms', 'influx us'];
  const all = [...Object.values(first), ...right.flatMap((name) => [step[name], suspended[name]])];
  if (times.length !== 5000 || all.some((error) => Math.abs(error) > 0.2)) throw new Error('the comparison is wrong');
  for (const name of frozen) {
    if (step[name] < 2.3 || suspended[name] > -3597.3) throw new Error(`CHANGED: ${name} follows the clock`);
  }
  if (back.length < 200) throw new Error('CHANGED: points in microseconds are in order');
}
main()
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  })
  .finally(() => server.close());
JS
node "$T/check.js"
