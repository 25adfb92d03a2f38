#!/usr/bin/env bash
# yargs reads a negative number with an exponent as flags: `--floor -5e-05` keeps the default, and sets the flag e.
#
# Tried on 2026-11-30 with yargs 18.2.0 and commander 15.1.0 (npm) on Node 20.20.
#
# Promise: an option of type number takes a number. yargs reads 5e-05, -0.00005 and --floor=-5e-05 as numbers. Its
# issues on negative integers (yargs-parser 33) and on negative decimals (yargs 1204) were closed as fixed.
# Behaviour: the pattern for a negative number has no exponent, while the one for any number has. So -5e-05 is read as a
# group of short flags: 5, and e with the value -05. The option keeps its default, or is undefined. An array option is
# empty, and its other values become positional. If the program has an option e, that is set: a text to "-05", a boolean
# that is on to off. Nothing reports an error, except with strict(). With requiresArg: true the number is read.
# Output seen (1,000 negative rates of at most 0.001, as the languages write them; Python writes an exponent below
# 1e-4):
#   JavaScript: 93 of 1000 with an exponent; wrong: yargs 93, yargs with = 0, commander 0
#   Python: 445 of 1000 with an exponent; wrong: yargs 445, yargs with = 0, commander 0
#   eight decimals: 0 of 1000 with an exponent; wrong: yargs 0, yargs with = 0, commander 0
#   --floor -5e-05: {"5":true,"_":[],"floor":-0.01,"e":-5}
#   --floor -5e-05, no default: {"5":true,"_":[],"e":-5}
#   --floor -5e-05, with a boolean e that is on: {"5":true,"_":[],"floor":-0.01,"e":false,"enforce":false}
#   --floor -5e-05, with a text e: {"5":true,"_":[],"floor":-0.01,"e":"-05","exchange":"-05"}
#   --band -5e-05 5e-05, an array: {"5":true,"_":[0.00005],"band":[],"e":-5}
#   --floor -5e-05, requiresArg: {"_":[],"floor":-0.00005}
#
# Why it matters: funding rates, spreads and tolerances are small and signed. A scheduler that starts a job with
# computed limits works until a limit comes near zero. The job then runs with its default, which may be 200 times as
# wide, and may trade on another venue or without a check. Pass values as --floor=-5e-05, set requiresArg on each
# number, and use strict().
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts yargs@18.2.0 commander@15.1.0 || exit 2
cat >"$T/check.mjs" <<'JS'
import { Command } from 'commander';
import yargs from 'yargs';

const DEFAULT = -0.01;
const number = { type: 'number' };
/** The options that yargs reads, without the name of the script. */
function read(args, options) {
  const { $0: _, ...values } = yargs(args)
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Error(message);
    })
    .options(options)
    .parseSync();
  return values;
}
const attempt = (args, options) => {
  try {
    return JSON.stringify(read(args, options));
  } catch (error) {
    return error.message;
  }
};
const commander = (args) => new Command().option('--floor <rate>', 'lowest rate', Number, DEFAULT).parse(args, { from: 'user' }).opts().floor;

let seed = 11;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
/** Rates of up to one in a thousand with 8 digits. */
const rates = Array.from({ length: 1000 }, () => -Math.ceil(random() ** 3 * 1e5) / 1e8);
/** As Python's str() writes a float: an exponent of two digits below 1e-4. */
const python = (rate) => (Math.abs(rate) < 1e-4 ? rate.toExponential().replace(/e-(\d)$/, 'e-0$1') : String(rate));
const FORMATS = { JavaScript: String, Python: python, 'eight decimals': (rate) => rate.toFixed(8) };
const errors = [];
for (const [name, format] of Object.entries(FORMATS)) {
  const texts = rates.map(format);
  const exponents = texts.filter((text) => text.includes('e')).length;
  const wrong = (parse) => texts.filter((text, i) => parse(text) !== rates[i]).length;
  const found = wrong((text) => read(['--floor', text], { floor: { ...number, default: DEFAULT } }).floor);
  const joined = wrong((text) => read([`--floor=${text}`], { floor: { ...number, default: DEFAULT } }).floor);
  const other = wrong((text) => commander(['--floor', text]));
  console.log(`${name}: ${exponents} of 1000 with an exponent; wrong: yargs ${found}, yargs with = ${joined}, commander ${other}`);
  if (joined + other > 0) throw new Error('the comparison is wrong');
  if (found !== exponents) errors.push(`${found} of ${exponents} are wrong`);
}
const floor = { ...number, default: DEFAULT };
const CASES = {
  '--floor -5e-05': { floor },
  '--floor -5e-05, no default': { floor: number },
  '--floor -5e-05, with a boolean e that is on': { floor, enforce: { type: 'boolean', alias: 'e', default: true } },
  '--floor -5e-05, with a text e': { floor, exchange: { type: 'string', alias: 'e', default: 'okx' } },
  '--band -5e-05 5e-05, an array': { band: { ...number, array: true } },
  '--floor -5e-05, requiresArg': { floor: { ...floor, requiresArg: true } },
};
const results = Object.fromEntries(Object.entries(CASES).map(([name, options]) => [name, attempt(name.split(',')[0].split(' '), options)]));
for (const [name, result] of Object.entries(results)) console.log(`${name}: ${result}`);
const [plain, , enforce, exchange, , requires] = Object.values(results).map((text) => JSON.parse(text));
if (requires.floor !== -5e-5) errors.push('requiresArg reads no number');
if (plain.floor !== DEFAULT || enforce.enforce !== false || exchange.exchange !== '-05') errors.push('other values');
if (errors.length > 0) throw new Error(`CHANGED: ${errors.join('; ')}`);
JS
node "$T/check.mjs"
