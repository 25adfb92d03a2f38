#!/usr/bin/env bash
# csv-parse with `cast: true` turns each wallet address and each transaction hash into the number 0, so a statement of
# many accounts becomes one account.
#
# Tried on 2026-11-30 with csv-parse 7.0.3, papaparse 5.7.1 and d3-dsv 3.0.2 (npm) on Node 20.20. csv-parse 5.6.0 does
# the same.
#
# Promise: the types say of `cast` that the parser will attempt to convert input strings to native types. What is not a
# number should stay a string, and a number should keep its value. No text mentions hexadecimal digits.
# Behaviour: the test and the conversion disagree. The test is whether JavaScript can subtract from the text, and it can
# from 0x52908400. The conversion is parseFloat, which reads the 0 and stops at the x. So every value of 0x and
# hexadecimal digits becomes 0, as do binary and octal numbers with 0b and 0o. Integers above 2^53 are rounded, so order
# ids that follow each other become equal. Nothing reports an error. A request for hexadecimal numbers mentioned the
# zeros in 2017 (issue 148 of the former repository, closed).
# Output seen (20,000 transfers between 500 addresses, with a hash and an order id of 19 digits; distinct values):
#   written: 500 addresses, 20000 hashes, 20000 orders
#   csv-parse, cast true: 1 addresses, 1 hashes, 79 orders
#   csv-parse, no cast: 500 addresses, 20000 hashes, 20000 orders
#   papaparse, dynamicTyping: 500 addresses, 20000 hashes, 20000 orders
#   d3-dsv, autoType: 500 addresses, 20000 hashes, 79 orders
#   0x52908400098527886E0F7030069857D2E4169EE7: csv-parse 0, papaparse the same text, d3-dsv 4.713600493505407e+47
#   balances off by more than 0.01: csv-parse 500 of 500, papaparse 0 of 500
#
# Why it matters: with 0 as the key, all deposits and withdrawals net to one balance. A check for transactions that were
# booked before, by their hash, drops every row after the first. Amounts and dates are right, and a file with other
# account names passes, so a test may miss it. Give `cast` a function that converts only the columns with numbers.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts csv-parse@7.0.3 papaparse@5.7.1 d3-dsv@3.0.2 ||
  exit 2
cat >"$T/check.mjs" <<'JS'
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { autoType, csvParse } from 'd3-dsv';
import Papa from 'papaparse';

const [ROWS, ACCOUNTS] = [20_000, 500];
const hex = (name) => `0x${createHash('sha256').update(name).digest('hex')}`;
const accounts = Array.from({ length: ACCOUNTS }, (_, account) => hex(`account ${account}`).slice(0, 42));
let seed = 11;
const random = (below) => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) % below;

const rows = Array.from({ length: ROWS }, (_, i) => ({
  address: accounts[i < ACCOUNTS ? i : random(ACCOUNTS)],
  hash: hex(`transaction ${i}`),
  order: `${1_234_567_890_123_000_000n + BigInt(i)}`,
  cents: random(2_000_000) - 1_000_000,
}));
const text = ['address,hash,order,amount', ...rows.map(({ address, hash, order, cents }) => `${address},${hash},${order},${(cents / 100).toFixed(2)}`)].join('\n');
const READERS = {
  'csv-parse, cast true': (csv) => parse(csv, { columns: true, cast: true }),
  'csv-parse, no cast': (csv) => parse(csv, { columns: true }),
  'papaparse, dynamicTyping': (csv) => Papa.parse(csv, { header: true, dynamicTyping: true }).data,
  'd3-dsv, autoType': (csv) => csvParse(csv, autoType),
};
const distinct = (records) => ['address', 'hash', 'order'].map((column) => new Set(records.map((record) => record[column])).size);
const report = (name, counts) => console.log(`${name}: ${counts[0]} addresses, ${counts[1]} hashes, ${counts[2]} orders`);

const written = distinct(rows);
report('written', written);
const found = {};
for (const [name, read] of Object.entries(READERS)) {
  found[name] = distinct(read(text));
  report(name, found[name]);
}
const address = '0x52908400098527886E0F7030069857D2E4169EE7';
const [cast, , papa, d3] = Object.values(READERS).map((read) => read(`address\n${address}\n`)[0].address);
console.log(`${address}: csv-parse ${cast}, papaparse ${papa === address ? 'the same text' : papa}, d3-dsv ${d3}`);

/** The accounts whose balance, added up from the records of a reader, is not that of the written rows. */
function wrongBalances(records) {
  const [exact, read] = [new Map(), new Map()];
  for (const { address: account, cents } of rows) exact.set(account, (exact.get(account) ?? 0) + cents / 100);
  for (const { address: account, amount } of records) read.set(account, (read.get(account) ?? 0) + amount);
  return accounts.filter((account) => Math.abs((read.get(account) ?? 0) - exact.get(account)) > 0.01).length;
}
const wrong = ['csv-parse, cast true', 'papaparse, dynamicTyping'].map((name) => wrongBalances(READERS[name](text)));
console.log(`balances off by more than 0.01: csv-parse ${wrong[0]} of ${ACCOUNTS}, papaparse ${wrong[1]} of ${ACCOUNTS}`);

for (const name of ['csv-parse, no cast', 'papaparse, dynamicTyping']) {
  if (`${found[name]}` !== `${written}`) throw new Error(`the comparison is wrong: ${name}`);
}
if (wrong[1] !== 0) throw new Error('the comparison is wrong: balances');
const [addresses, hashes, orders] = found['csv-parse, cast true'];
if (cast !== 0 || addresses !== 1 || hashes !== 1) throw new Error('CHANGED: hexadecimal text is no longer 0');
if (orders > ROWS / 2) throw new Error('CHANGED: long order ids stay distinct');
if (wrong[0] !== ACCOUNTS) throw new Error('CHANGED: the balances are right');
JS
node "$T/check.mjs"
