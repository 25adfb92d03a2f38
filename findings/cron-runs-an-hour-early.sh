#!/usr/bin/env bash
# In the night clocks go back, cron runs a job of the hour after the repeated one twice: an hour early, and at its time.
#
# Tried on 2026-11-30 with cron 4.4.0 (npm), on which @nestjs/schedule 12.0.2 is built, and croner 11.0.1 and
# node-schedule 2.1.1 for comparison, all on a simulated clock, on Node 20.20.
#
# Promise: `timeZone` is the zone of the execution, and a pattern names the hours and minutes in it. The README does not
# mention daylight saving time.
# Behaviour: the wall clock shows the hour before the change twice. Since 4.1.1 (4.1.0 is right) cron also moves the
# first run after that hour back by an hour if that is still in the future. So the run falls in the repeated hour, which
# the pattern does not name. Afterwards the job runs at its time as well. The early run does not ask for the date: where
# clocks go back at midnight, it is on the day before.
# Output seen (runs from six hours before the change to six hours after it, local times; croner and node-schedule agree
# with each other, and with a search for all minutes whose wall clock matches):
#   America/New_York "30 2 * * *": cron 11-01 01:30, 11-01 02:30; exact 11-01 02:30
#   America/New_York "0 2,14 * * *": cron 11-01 01:00, 11-01 02:00; exact 11-01 02:00
#   Europe/London "30 2 * * *": cron 10-25 01:30, 10-25 02:30; exact 10-25 02:30
#   Europe/Berlin "30 3 * * *": cron 10-25 02:30, 10-25 03:30; exact 10-25 03:30
#   Australia/Sydney "30 3 * * *": cron 04-05 02:30, 04-05 03:30; exact 04-05 03:30
#   America/Santiago "5 0 * * *": cron 04-04 23:05, 04-05 00:05; exact 04-05 00:05
#   Africa/Cairo "5 0 * * 5": cron 10-29 23:05, 10-30 00:05; exact 10-30 00:05
#   Europe/Berlin "30 4 * * *": cron 10-25 04:30; exact 10-25 04:30
#
# Why it matters: funding, fees, transfers and reports of the night are booked twice, and the first time over an hour of
# data that is not there yet, or under the date of the day before. It happens in one night of the year, at hours
# that are usual for such jobs, and no test of another day shows it. Give such jobs the zone UTC, let each run claim its
# date, or use croner.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts cron@4.4.0 luxon@3.7.2 croner@11.0.1 \
  node-schedule@2.1.1 @sinonjs/fake-timers@15.5.0 || exit 2
cat >"$T/check.js" <<'JS'
const { CronJob } = require('cron');
const { Cron } = require('croner');
const { scheduleJob } = require('node-schedule');
const { install } = require('@sinonjs/fake-timers');

const [HOUR, SPAN] = [3_600_000, 6];
/** Each package as a function that starts a job and returns one that stops it. */
const PACKAGES = {
  cron(cronTime, timeZone, onTick) {
    const job = CronJob.from({ cronTime, timeZone, onTick, start: true });
    return () => job.stop();
  },
  croner(pattern, timezone, run) {
    const job = new Cron(pattern, { timezone }, run);
    return () => job.stop();
  },
  'node-schedule'(rule, tz, run) {
    const job = scheduleJob({ rule, tz }, run);
    return () => job.cancel();
  },
};
/** Zone, pattern, the moment the clocks go back, the minutes, hours and days of the week (if limited) of the pattern. */
const CASES = [
  ['America/New_York', '30 2 * * *', '2026-11-01T06:00Z', [30], [2]],
  ['America/New_York', '0 2,14 * * *', '2026-11-01T06:00Z', [0], [2, 14]],
  ['Europe/London', '30 2 * * *', '2026-10-25T01:00Z', [30], [2]],
  ['Europe/Berlin', '30 3 * * *', '2026-10-25T01:00Z', [30], [3]],
  ['Australia/Sydney', '30 3 * * *', '2026-04-04T16:00Z', [30], [3]],
  ['America/Santiago', '5 0 * * *', '2026-04-05T03:00Z', [5], [0]],
  ['Africa/Cairo', '5 0 * * 5', '2026-10-29T21:00Z', [5], [0], ['Fri']],
  ['Europe/Berlin', '30 4 * * *', '2026-10-25T01:00Z', [30], [4]],
];

function wall(zone) {
  const options = { timeZone: zone, hourCycle: 'h23', weekday: 'short', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' };
  const format = new Intl.DateTimeFormat('en-US', options);
  return (time) => Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
}
/** The minutes around the change whose wall clock matches the pattern. */
function exact(zone, change, minutes, hours, days) {
  const clock = wall(zone);
  const found = [];
  for (let time = change - SPAN * HOUR; time <= change + SPAN * HOUR; time += 60_000) {
    const { weekday, hour, minute } = clock(time);
    if (minutes.includes(Number(minute)) && hours.includes(Number(hour)) && (!days || days.includes(weekday))) found.push(time);
  }
  return found;
}
async function runs(start, pattern, zone, change) {
  const clock = install({ now: change - SPAN * HOUR, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  const found = [];
  const stop = start(pattern, zone, () => void found.push(Math.floor(clock.now / 60_000) * 60_000));
  await clock.tickAsync(2 * SPAN * HOUR);
  await stop();
  clock.uninstall();
  return found;
}
async function main() {
  let early = 0;
  for (const [zone, pattern, moment, ...fields] of CASES) {
    const [change, clock] = [Date.parse(moment), wall(zone)];
    const text = (times) => times.map((time) => { const { month, day, hour, minute } = clock(time); return `${month}-${day} ${hour}:${minute}`; }).join(', ');
    const wanted = exact(zone, change, ...fields);
    const results = {};
    for (const [name, start] of Object.entries(PACKAGES)) results[name] = await runs(start, pattern, zone, change);
    console.log(`${zone} "${pattern}": cron ${text(results.cron)}; exact ${text(wanted)}`);
    const same = (times) => times.join() === wanted.join();
    if (wanted.length !== 1 || !same(results.croner) || !same(results['node-schedule'])) throw new Error('the comparison is wrong');
    const [first, second] = results.cron;
    if (first === wanted[0] - HOUR && second === wanted[0] && results.cron.length === 2) early += 1;
    else if (!same(results.cron)) throw new Error('CHANGED: cron runs at other times');
  }
  if (early !== CASES.length - 1) throw new Error('CHANGED: cron runs the jobs once');
}
main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
JS
node "$T/check.js"
