#!/usr/bin/env bash
# One in a hundred divisions of js-big-decimal that should round up rounds down: 309,359 / 7,544 is 41 and not 42. Below
# zero, CEILING and FLOOR are exchanged.
#
# Tried on 2026-11-30 with js-big-decimal 2.2.0 (npm) on Node 20.20.
#
# Promise: the README says that divide(dividend, divisor, precision, roundingMode) divides with the rounding mode, and
# that the mode is HALF_EVEN by default. CEILING is said to round towards positive infinity, FLOOR towards negative.
# Behaviour: divide computes two digits more than the precision, drops the rest and rounds what is left. With CEILING or
# UP a remainder below 0.01 of the last digit is lost. With HALF_EVEN or HALF_DOWN a quotient just above the middle is
# taken for the middle, so with HALF_DOWN all of these go down, with HALF_EVEN half of them. For positive quotients DOWN,
# FLOOR and HALF_UP are right. Of a negative quotient the
# amount is rounded, and the sign put before it. Nothing reports an error.
# Output seen (2,000 quotients of whole numbers for each count, compared with BigInt; all wrong ones are one unit low):
#   309359 / 7544 = 41.0073, CEILING: 41, which covers 309304; exact 42
#   386385 / 7102 = 54.40510, by default to 2 digits: 54.40; exact 5441 hundredths
#   -45 / 4 = -11.25, CEILING: -12, FLOOR: -11
#   CEILING to 0, 2 and 8 digits: 23, 10, 18 of 2000 one unit low
#   UP to 0, 2 and 8 digits: 18, 21, 16 of 2000 one unit low
#   HALF_DOWN to 0, 2 and 8 digits: 20, 17, 17 of 2000 one unit low
#   HALF_EVEN to 0, 2 and 8 digits: 7, 10, 6 of 2000 one unit low
#   HALF_UP to 0, 2 and 8 digits: 0, 0, 0 of 2000 one unit low
#   DOWN to 0, 2 and 8 digits: 0, 0, 0 of 2000 one unit low
#   FLOOR to 0, 2 and 8 digits: 0, 0, 0 of 2000 one unit low
#
# Why it matters: one rounds up so that a hedge covers an exposure, a fee its cost and a deposit the margin. One time in
# a hundred it then falls short by a contract or a cent. Two systems that divide the same amounts with HALF_EVEN do not
# reconcile. Divide with 30 digits and DOWN, and round the result in a second step, or use bignumber.js.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts js-big-decimal@2.2.0 || exit 2
cat >"$T/check.js" <<'JS'
const BigDecimal = require('js-big-decimal').default ?? require('js-big-decimal');

const COUNT = 2000;
const modes = BigDecimal.RoundingModes;
/** The exact quotient of positive numbers in units of the last digit. */
function quotient(dividend, divisor, precision, mode) {
  const scaled = dividend * 10n ** BigInt(precision);
  const [floor, rest] = [scaled / divisor, scaled % divisor];
  const middle = 2n * rest - divisor;
  const up = {
    CEILING: rest > 0n,
    UP: rest > 0n,
    DOWN: false,
    FLOOR: false,
    HALF_UP: middle >= 0n,
    HALF_DOWN: middle > 0n,
    HALF_EVEN: middle > 0n || (middle === 0n && floor % 2n === 1n),
  }[mode];
  return floor + (up ? 1n : 0n);
}
let seed = 9;
const random = (below) => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) % below;
function measure(mode, precision) {
  const wrong = { low: 0, high: 0 };
  for (let i = 0; i < COUNT; i++) {
    const [dividend, divisor] = [BigInt(random(1e6) + 1), BigInt(random(1e4) + 1)];
    const text = BigDecimal.divide(`${dividend}`, `${divisor}`, precision, modes[mode]);
    const [whole, digits = ''] = text.split('.');
    const found = BigInt(whole + digits.padEnd(precision, '0'));
    const exact = quotient(dividend, divisor, precision, mode);
    if (found === exact - 1n) wrong.low += 1;
    else if (found !== exact) wrong.high += 1;
  }
  return wrong;
}
const contracts = BigDecimal.divide('309359', '7544', 0, modes.CEILING);
const cents = BigDecimal.divide('386385', '7102', 2);
console.log(`309359 / 7544 = ${(309359 / 7544).toFixed(4)}, CEILING: ${contracts}, which covers ${contracts * 7544}; exact ${quotient(309359n, 7544n, 0, 'CEILING')}`);
console.log(`386385 / 7102 = ${(386385 / 7102).toFixed(5)}, by default to 2 digits: ${cents}; exact ${quotient(386385n, 7102n, 2, 'HALF_EVEN')} hundredths`);
const [ceiling, floor] = ['CEILING', 'FLOOR'].map((mode) => BigDecimal.divide('-45', '4', 0, modes[mode]));
console.log(`-45 / 4 = -11.25, CEILING: ${ceiling}, FLOOR: ${floor}`);
const failed = {};
for (const mode of ['CEILING', 'UP', 'HALF_DOWN', 'HALF_EVEN', 'HALF_UP', 'DOWN', 'FLOOR']) {
  const rows = [0, 2, 8].map((precision) => measure(mode, precision));
  failed[mode] = Math.min(...rows.map(({ low }) => low));
  if (rows.some(({ high }) => high > 0)) throw new Error(`CHANGED: ${mode} is wrong in another way`);
  console.log(`${mode} to 0, 2 and 8 digits: ${rows.map(({ low }) => low).join(', ')} of ${COUNT} one unit low`);
}
if (failed.HALF_UP + failed.DOWN + failed.FLOOR > 0) throw new Error('the comparison is wrong');
const holds = contracts === '41' && failed.CEILING > 5 && failed.UP > 5 && failed.HALF_DOWN > 5 && failed.HALF_EVEN > 2;
if (ceiling !== '-12' || floor !== '-11') throw new Error('CHANGED: below zero, CEILING and FLOOR are right');
if (!holds) throw new Error('CHANGED: the quotients are rounded right');
JS
node "$T/check.js"
