#!/usr/bin/env bash
# formulajs counts the days of Treasury bills in months of 30 days: a four-week bill that yields 4.00 % yields between
# 3.73 % and 4.15 % there, and an overnight purchase at a month's end yields infinity.
#
# Tried on 2026-11-30 with @formulajs/formulajs 4.6.1 and, for comparison, hyperformula 3.5.0 (npm) on Node 20.20.
#
# Promise: the README calls the package an implementation of the formula functions of Excel. The comments in its types
# say that TBILLYIELD returns the yield, TBILLPRICE the price and TBILLEQ the bond-equivalent yield of a Treasury bill.
# Excel, like the market, takes the actual days from settlement to maturity for all three, and a year of 360 days.
# Behaviour: all three ask DAYS360 for the days, which gives each month 30. The 182 days of a half-year bill become 178
# to 181, the 28 of a four-week bill 27 to 30, and those from the 30th to the 31st 0. The rest of each formula is right.
# Output seen (bought on each day of 2026 at the price of a yield of 4.00 % by actual days over 360; yields in percent):
#   1 days to maturity: formulajs 1.00 to Infinity, right on 353 of 365 days; hyperformula 4.00 to 4.00, right on 365
#   7 days to maturity: formulajs 2.80 to 4.67, right on 312 of 365 days; hyperformula 4.00 to 4.00, right on 365
#   28 days to maturity: formulajs 3.73 to 4.15, right on 144 of 365 days; hyperformula 4.00 to 4.00, right on 365
#   91 days to maturity: formulajs 3.96 to 4.09, right on 60 of 365 days; hyperformula 4.00 to 4.00, right on 365
#   182 days to maturity: formulajs 4.02 to 4.09, right on 0 of 365 days; hyperformula 4.00 to 4.00, right on 365
#   10 million of the bill from 4 June to 3 December at 4 %: formulajs 9801111, hyperformula 9797778, exact 9797778
#
# Why it matters: cash that waits for trades is kept in bills, and a choice between bills, or between a bill and a
# deposit, turns on a few basis points. Here every half-year bill of 2026 looks 2 to 9 of them too good, and a bill of
# four weeks 27 too bad when it is bought on 31 January. A price on 10 million is 3,333 dollars too high. Excel's own
# example for TBILLYIELD, 9.14 %, is 9.29 %. Compute with the actual days, or use hyperformula (GPL or a paid license).
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @formulajs/formulajs@4.6.1 \
  hyperformula@3.5.0 || exit 2
cat >"$T/check.js" <<'JS'
const { TBILLYIELD, TBILLPRICE } = require('@formulajs/formulajs');
const { HyperFormula } = require('hyperformula');

const YIELD = 0.04;
const sheet = HyperFormula.buildFromArray([[]], { licenseKey: 'gpl-v3' });
const cell = (date) => `DATE(${date.getFullYear()},${date.getMonth() + 1},${date.getDate()})`;
const hyperformula = (name, from, to, value) =>
  sheet.calculateFormula(`=${name}(${cell(from)},${cell(to)},${value})`, 0);
const priceFor = (days) => 100 / (1 + (YIELD * days) / 360);
const percent = (value) => (100 * value).toFixed(2);

const wrong = {};
for (const days of [1, 7, 28, 91, 182]) {
  const [yields, others] = [[], []];
  for (let i = 0; i < 365; i++) {
    const [from, to] = [new Date(2026, 0, 1 + i), new Date(2026, 0, 1 + i + days)];
    yields.push(TBILLYIELD(from, to, priceFor(days)));
    others.push(hyperformula('TBILLYIELD', from, to, priceFor(days)));
  }
  const right = (values) => values.filter((value) => Math.abs(value - YIELD) < 1e-6).length;
  const range = (values) => `${percent(Math.min(...values))} to ${percent(Math.max(...values))}`;
  wrong[days] = { formulajs: 365 - right(yields), hyperformula: 365 - right(others) };
  console.log(`${days} days to maturity: formulajs ${range(yields)}, right on ${right(yields)} of 365 days; ` +
    `hyperformula ${range(others)}, right on ${right(others)}`);
}
// The half-year bill from 4 June to 3 December 2026 at a discount of 4 %, for a face value of 10 million.
const [from, to, discount, days] = [new Date(2026, 5, 4), new Date(2026, 11, 3), 0.04, 182];
const exact = 100 * (1 - (discount * days) / 360);
const [seen, other] = [TBILLPRICE(from, to, discount), hyperformula('TBILLPRICE', from, to, discount)];
console.log(`10 million of the bill from 4 June to 3 December at 4 %: formulajs ${(seen * 1e5).toFixed(0)}, ` +
  `hyperformula ${(other * 1e5).toFixed(0)}, exact ${(exact * 1e5).toFixed(0)}`);
const hyperformulaWrong = Object.values(wrong).reduce((sum, counts) => sum + counts.hyperformula, 0);
if (hyperformulaWrong > 0 || Math.abs(other - exact) > 1e-6) throw new Error('the comparison is wrong');
const right = wrong[182].formulajs < 300 || wrong[28].formulajs < 100 || Math.abs(seen - exact) < 0.01;
if (right) throw new Error('CHANGED: formulajs counts actual days');
JS
node "$T/check.js"
