#!/usr/bin/env bash
# pino-syslog sends a level that is mapped to "emergency" as "error", below "alert" and "critical".
#
# Tried on 2026-11-30 with pino-syslog 4.0.0 and pino 10.4.0 (npm) on Node 20.20.
#
# Promise: the README says that the option `customLevels` maps a level of pino to the name of a syslog severity, and
# lists eight names, the first of which is "emergency". By RFC 5424 the number before a message is 8 x facility +
# severity, and an emergency has severity 0. For RFC 3164 the README promises at most 1024 bytes.
# Behaviour: the severity is looked up by its name, and a result that counts as false is replaced by "error", which is
# 3. That is meant for unknown names, but 0 counts as false too. The other seven names are right. Apart from that, with
# the option `cee` the 6 characters of its prefix widen the limit in place of counting towards it.
# Output seen (through a transport of pino, facility 16):
#   mapped to: emergency alert critical error warning notice info debug
#   expected:  128 129 130 131 132 133 134 135
#   sent:      131 129 130 131 132 133 134 135
#   RFC 3164 mode, longest message: plain 1024 bytes, with cee 1036 bytes
#
# Why it matters: "halt trading" is what one gives a level of its own and maps to the top of the scale. A syslog server
# that pages someone from "critical" up then takes it for one error among many. The JSON behind the number has the right
# level, so a look at the log shows nothing. Map it to "alert".
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts pino-syslog@4.0.0 pino@10.4.0 || exit 2
cat >"$T/log.js" <<'JS'
const { readFileSync } = require('node:fs');
const pino = require('pino');

const { levels, options, messages } = JSON.parse(readFileSync(0));
const transport = pino.transport({ target: 'pino-syslog', options: { enablePipelining: false, destination: 1, newline: true, sync: true, ...options } });
const logger = pino({ customLevels: levels, useOnlyCustomLevels: true, level: 'debug' }, transport);
for (const [level, message] of messages) logger[level](message);
JS
cat >"$T/check.js" <<'JS'
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

// RFC 5424: severity 0 to 7
const NAMES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'];
const FACILITY = 16;
const levels = Object.fromEntries(NAMES.map((name, severity) => [name, 100 - severity]));
const customLevels = Object.fromEntries(NAMES.map((name) => [name, { level: levels[name], syslogSeverity: name }]));

/** The lines that a process writes which logs these messages through the transport. */
function lines(messages, options = {}) {
  const input = JSON.stringify({ levels, messages, options: { facility: FACILITY, customLevels, ...options } });
  return execFileSync(process.execPath, [join(__dirname, 'log.js')], { input, encoding: 'utf8' }).split('\n').slice(0, -1);
}
/** The longest line that was sent whole, in bytes. */
function longest(options) {
  const messages = Array.from({ length: 151 }, (_, i) => ['info', 'x'.repeat(850 + i)]);
  const whole = lines(messages, { modern: false, ...options }).filter((line) => line.includes('xxx'));
  return Math.max(...whole.map((line) => Buffer.byteLength(line)));
}
const numbers = lines(NAMES.map((name) => [name, name])).map((line) => Number(/^<(\d+)>/.exec(line)[1]));
const expected = NAMES.map((_, severity) => 8 * FACILITY + severity);
console.log(`mapped to: ${NAMES.join(' ')}\nexpected:  ${expected.join(' ')}\nsent:      ${numbers.join(' ')}`);
const [plain, cee] = [longest({}), longest({ cee: true })];
console.log(`RFC 3164 mode, longest message: plain ${plain} bytes, with cee ${cee} bytes`);
if (numbers.slice(1).join() !== expected.slice(1).join() || plain > 1024) throw new Error('the comparison is wrong');
if (numbers[0] === expected[0]) throw new Error('CHANGED: an emergency is sent as one');
if (cee <= 1024) throw new Error('CHANGED: the limit holds with cee');
JS
node "$T/check.js"
