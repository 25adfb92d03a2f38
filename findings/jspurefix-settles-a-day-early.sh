#!/usr/bin/env bash
# On a host whose time zone is west of Greenwich, jspurefix sends a date of a FIX message on as the day before:
# SettlDate 20261130 becomes 20261129. In every zone it reads the price .5 as 50.
#
# Tried on 2026-11-30 with jspurefix 5.11.4 (npm) on Node 20.20, with its FIX 4.4 dictionary of QuickFIX.
#
# Promise: the README calls it a FIX engine, whose applications read messages as typed objects and send such objects. A
# LocalMktDate of FIX is a day of the local market, without a zone. A float of FIX is a sequence of digits with an
# optional decimal point; FIX maps it to the decimal of XML, which needs no digit before the point.
# Behaviour: a LocalMktDate is read as a Date at midnight in UTC, and written from the local day of a Date. In a zone
# with a negative offset the local day of midnight UTC is the day before. Times in UTC are right. A number that begins
# with its point, with or without a sign, is read as if it had no point, and multiplied by 10.
# Output seen (one desk in each time zone, over a session on a local socket; for each report of the venue it sends an
# order with the settlement day and the price of the report):
#   UTC, Asia/Tokyo, Europe/London: SettlDate received 20260701 20261130 20261202, sent 20260701 20261130 20261202
#   America/New_York, America/Sao_Paulo: sent 20260630 20261129 20261201
#   all zones: read 2026-07-01T00:00 2026-11-30T00:00 2026-12-02T00:00
#   prices as received, read, and sent again: 0.5 0.5 0.5, .5 50 50, 0.25 0.25 0.25, .25 250 250, -.125 -1250 -1250,
#     23. 23 23, 00023.23 23.23 23.23
#
# Why it matters: settlement, trade, maturity and ex dates that pass a desk in New York come out a day early, and
# getDate() of a date that was read is a day early too. The orders are valid, and hosts and tests on UTC or in London
# see nothing. Oracle databases print numbers below one without the zero, and a premium of .25 is then 250. Read dates
# and prices as text, by view.getString('SettlDate'), and send dates as that text.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts jspurefix@5.11.4 || exit 2
cat >"$T/check.js" <<'JS'
require('reflect-metadata');
const { spawnSync } = require('child_process');
const net = require('net');
const { AsciiSession, EmptyLogFactory, SessionLauncher } = require('jspurefix');

const ZONES = ['UTC', 'Asia/Tokyo', 'Europe/London', 'America/New_York', 'America/Sao_Paulo'];
const DAYS = ['20260701', '20261130', '20261202'];
const TIME = '20261130-14:30:00.250';
const PRICES = { '0.5': 0.5, '.5': 0.5, '0.25': 0.25, '.25': 0.25, '-.125': -0.125, '23.': 23, '00023.23': 23.23 };
/** The reports of the venue: one for each day, one for each way to write a price. */
const REPORTS = [...DAYS.map((day) => ({ day, price: '100' })), ...Object.keys(PRICES).map((price) => ({ day: DAYS[0], price }))];

/** One message of the venue, with its length and checksum. */
function fix(type, sequence, fields) {
  const body = [`35=${type}`, '49=VENUE', '56=DESK', `34=${sequence}`, `52=${TIME}`, ...fields].map((field) => `${field}\x01`).join('');
  const text = `8=FIX.4.4\x019=${body.length}\x01${body}`;
  const sum = [...Buffer.from(text)].reduce((total, byte) => total + byte, 0) % 256;
  return `${text}10=${String(sum).padStart(3, '0')}\x01`;
}

/** The desk: for each report it sends an order with the price, the settlement day and the time of the report. */
class Desk extends AsciiSession {
  onApplicationMsg(type, view) {
    const report = view.toObject();
    reads.push(report);
    const { ExecID: ClOrdID, LastPx: Price, SettlDate, TransactTime } = report;
    this.send('D', { ClOrdID, Side: '2', OrdType: '2', Price, SettlDate, TransactTime });
  }
  onReady() {}
  onStopped() {}
  onDecoded() {}
  onEncoded() {}
  onLogon() {
    return true;
  }
}
class Launcher extends SessionLauncher {
  constructor(port) {
    const tcp = { host: '127.0.0.1', port };
    const application = { type: 'initiator', name: 'desk', tcp, protocol: 'ascii', dictionary: 'qf44' };
    const peers = { SenderCompId: 'DESK', TargetCompID: 'VENUE', BeginString: 'FIX.4.4' };
    const logon = { Username: 'u', Password: 'p', EncryptMethod: 0, ResetSeqNumFlag: true, HeartBtInt: 30 };
    super({ application, ...peers, ...logon }, null, new EmptyLogFactory());
  }
  makeFactory() {
    return { makeSession: (config) => new Desk(config) };
  }
}
const reads = [];

/** A session with a venue on a socket of this process: what the desk reads, and what it sends. */
function session() {
  const sent = [];
  let rest = '';
  const venue = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const messages = `${rest}${data}`.split(/(?<=\x0110=\d{3}\x01)/);
      rest = /\x0110=\d{3}\x01$/.test(messages.at(-1)) ? '' : messages.pop();
      for (const message of messages) {
        const fields = Object.fromEntries(message.split('\x01').map((field) => field.split('=')));
        if (fields[35] === 'A') {
          socket.write(fix('A', 1, ['98=0', '108=30', '141=Y']));
          REPORTS.forEach(({ day, price }, i) => {
            const order = [`37=o${i}`, `17=e${i}`, '150=F', '39=2', '55=ABC', '54=1', '38=10'];
            const fill = [`31=${price}`, '32=10', '151=0', '14=10', `6=${price}`, `64=${day}`, `60=${TIME}`];
            socket.write(fix('8', i + 2, [...order, ...fill]));
          });
        }
        if (fields[35] === 'D') sent.push(fields);
        if (sent.length === REPORTS.length) {
          const rows = REPORTS.map((report, i) => {
            const { SettlDate: read, LastPx: readPrice } = reads[i];
            return { ...report, read, readPrice, sentDay: sent[i][64], sentPrice: sent[i][44], sentTime: sent[i][60] };
          });
          console.log(JSON.stringify(rows));
          process.exit(0);
        }
      }
    });
  });
  venue.listen(0, '127.0.0.1', () => new Launcher(venue.address().port).run().catch(() => {}));
  setTimeout(() => process.exit(2), 15_000);
}

function main() {
  const early = {};
  let prices;
  for (const zone of ZONES) {
    const env = { ...process.env, TZ: zone };
    const run = spawnSync(process.execPath, [__filename, 'session'], { env, encoding: 'utf8' });
    if (run.status !== 0) {
      console.error(`no session in ${zone}: ${run.stderr}`);
      process.exit(2);
    }
    const rows = JSON.parse(run.stdout.trim().split('\n').at(-1));
    if (rows.some((row) => row.sentTime !== TIME)) throw new Error('the comparison is wrong');
    const days = rows.slice(0, DAYS.length);
    const [received, read, sent] = ['day', 'read', 'sentDay'].map((name) => days.map((row) => row[name].slice(0, 16)).join(' '));
    console.log(`${zone}: SettlDate received ${received}, read ${read}, sent ${sent}`);
    early[zone] = days.filter((row) => row.sentDay !== row.day).length;
    prices = rows.slice(DAYS.length);
  }
  console.log(`prices as received, read, and sent again: ${prices.map((row) => `${row.price} ${row.readPrice} ${row.sentPrice}`).join(', ')}`);
  const wrong = prices.filter((row) => row.readPrice !== PRICES[row.price]).map((row) => row.price);
  console.log(`wrong prices: ${wrong.join(' ')}`);
  if (early.UTC + early['Asia/Tokyo'] + early['Europe/London'] > 0) throw new Error('CHANGED: dates are wrong in other time zones too');
  if (early['America/New_York'] < DAYS.length || early['America/Sao_Paulo'] < DAYS.length) throw new Error('CHANGED: dates are sent as they were received');
  if (wrong.join(' ') !== '.5 .25 -.125') throw new Error('CHANGED: prices that begin with the point are read right');
}
if (process.argv[2] === 'session') session();
else main();
JS
node "$T/check.js"
