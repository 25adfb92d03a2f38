#!/usr/bin/env bash
# In the night when clocks go back, pino-roll with hourly files begins a new file about every millisecond for two hours,
# and its limit deletes the log.
#
# Tried on 2026-11-30 with pino-roll 4.0.0 and pino 10.4.0 (npm) on Node 20.20, with a clock of its own for the program.
#
# Promise: the README says that `hourly` rotates the file once per hour, and that `limit.count` files are kept besides
# the current one. A change of 2024 moved this to date-fns, so that it takes account of changes of the clock.
# Behaviour: the end of an hour is found by setting the minutes of the local time to 0. The hour from 01:00 to 02:00
# comes twice in that night, and JavaScript takes such a time for the first of the two. So the end of both hours is
# 01:00 of the first one, which has passed. The timer fires at once, rolls, and finds the same end again. This goes on
# until 02:00. A limit keeps the newest files, which are empty. In UTC, and in spring, there is one roll.
# Output seen (4 seconds, 40 lines logged, from 1.5 s before the hour; in London clocks go back on 25 October 2026):
#   London, 24 October 01:00: 2 files, 40 of 40 lines
#   London, 25 October 01:00, summer time: 1914 files, 40 of 40 lines
#   London, 25 October 01:00, summer time, limit 24: 25 files (of 1775), 0 of 40 lines
#   London, 25 October 01:00, winter time, limit 24: 25 files (of 2798), 0 of 40 lines
#   London, 29 March 01:00: 2 files, 40 of 40 lines
#   UTC, 25 October 01:00: 2 files, 40 of 40 lines
#   London, 25 October 01:00, summer time, frequency 3600000: 2 files, 40 of 40 lines
#
# Why it matters: at this rate two hours make 5 million files, which can use up the inodes of a volume. A limit of 24
# files, meant to keep a day, keeps some milliseconds and deletes the hours before as well. Markets for crypto trade in
# that night. It happens once a year, and only where the time zone of the process has such a night. Run the process with
# TZ=UTC, or set `frequency: 3600000`, which counts from the epoch.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts pino-roll@4.0.0 pino@10.4.0 || exit 2
cat >"$T/check.js" <<'JS'
const { mkdtempSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

// The clock of this program: it runs on from any time that is set.
const RealDate = Date;
let offset = 0;
global.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length ? parts : [RealDate.now() + offset]));
  }
  static now() {
    return RealDate.now() + offset;
  }
};
const pino = require('pino');
const roll = require('pino-roll');
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const LINES = 40;
async function measure(timeZone, label, hour, options) {
  process.env.TZ = timeZone;
  const folder = mkdtempSync(join(__dirname, 'log-'));
  offset = RealDate.parse(hour) - 1500 - RealDate.now();
  const stream = await roll({ file: join(folder, 'log'), ...options });
  stream.setMaxListeners(0);
  const logger = pino(stream);
  for (let i = 0; i < LINES; i++) {
    logger.info({ i });
    await sleep(100);
  }
  stream.end();
  await new Promise((resolve) => stream.once('close', resolve));
  await sleep(300); // for the last files to be removed
  const names = readdirSync(folder);
  const made = Math.max(...names.map((name) => Number(name.split('.')[1])));
  const lines = names.map((name) => readFileSync(join(folder, name), 'utf8').split('\n').length - 1).reduce((a, b) => a + b);
  const of = options.limit && made > names.length ? ` (of ${made})` : '';
  console.log(`${label}: ${names.length} files${of}, ${lines} of ${LINES} lines`);
  return { made, lines };
}

async function main() {
  const hourly = { frequency: 'hourly' };
  const limited = { ...hourly, limit: { count: 24 } };
  const before = await measure('Europe/London', 'London, 24 October 01:00', '2026-10-24T00:00Z', hourly);
  const first = await measure('Europe/London', 'London, 25 October 01:00, summer time', '2026-10-25T00:00Z', hourly);
  const lost = await measure('Europe/London', 'London, 25 October 01:00, summer time, limit 24', '2026-10-25T00:00Z', limited);
  const second = await measure('Europe/London', 'London, 25 October 01:00, winter time, limit 24', '2026-10-25T01:00Z', limited);
  const spring = await measure('Europe/London', 'London, 29 March 01:00', '2026-03-29T01:00Z', limited);
  const utc = await measure('UTC', 'UTC, 25 October 01:00', '2026-10-25T01:00Z', limited);
  const number = await measure('Europe/London', 'London, 25 October 01:00, summer time, frequency 3600000', '2026-10-25T00:00Z', { frequency: 3600000 });
  if ([before, spring, utc, number].some(({ made, lines }) => made !== 2 || lines !== LINES)) throw new Error('the comparison is wrong');
  if ([first, lost, second].some(({ made }) => made < 100)) throw new Error('CHANGED: one roll per hour');
  if (lost.lines + second.lines > LINES / 2) throw new Error('CHANGED: the limit keeps the log');
}
main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
JS
node "$T/check.js"
