#!/usr/bin/env bash
# In winter bond-calculator prices up to a quarter of all bonds with quarterly coupons as NaN.
#
# Tried on 2026-11-30 with bond-calculator 0.1.9 (npm) on Node 20.20.
#
# Promise: the README says that prices and yields equal those of PRICE and YIELD in Excel, and its example allows the
# frequencies 1, 2 and 4.
# Behaviour: the package puts the maturity's day and month into the year of the settlement, and looks for the coupons
# around the settlement up to three periods before and after that day. For quarterly coupons these are nine months. A
# bond that matures in January is settled eleven months after that day in December, and no next coupon is found. The
# same happens in January for bonds due in November or December. price() and yield() then return NaN without an error.
# In 2018 another case of it was reported (issue 74) and said to be repaired in 0.1.8. In the time zone of New York the
# other prices were also up to 0.003 off, so the script sets UTC.
# Output seen (bonds of 6 % due on the 15th of each month in the years 2028 to 2037, at a yield of 5 % with
# ACTUAL/ACTUAL, compared with the formula that Excel documents):
#   yearly coupons, NaN of 120 bonds on the 20th of January to December:
#     0 0 0 0 0 0 0 0 0 0 0 0
#   half-yearly coupons, NaN of 120 bonds on the 20th of January to December:
#     0 0 0 0 0 0 0 0 0 0 0 0
#   quarterly coupons, NaN of 120 bonds on the 20th of January to December:
#     20 10 0 0 0 0 0 0 0 10 20 30
#   largest difference of all other prices from the formula: 9e-14
#   price on 2026-12-20: due 2030-01-15 NaN, exact 102.8283;
#     due 2030-03-15 NaN, exact 102.9703; due 2030-04-15 103.0403, exact 103.0403
#
# Why it matters: from October to February the value of a portfolio with one such bond is NaN, and JSON
# turns that into null. Comparisons with NaN are false, so a limit on the value or the yield does not stop an order.
# Tests with dates of spring or summer pass. Reject NaN, and compute these prices by the formula, as the script does.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts bond-calculator@0.1.9 || exit 2
cat >"$T/check.js" <<'JS'
const bondCalculator = require('bond-calculator');

const [RATE, YIELD, YEAR] = [0.06, 0.05, 2026];
const date = (year, month, day) => Date.UTC(year, month, day);
const text = (time) => new Date(time).toISOString().slice(0, 10);

/** The price by the formula of Excel's documentation, for more than one coupon to come, by actual days. */
function exactPrice(settlement, [year, month, day], frequency) {
  const coupons = [date(year, month, day)];
  while (coupons[0] > settlement) {
    coupons.unshift(date(year, month - (coupons.length * 12) / frequency, day));
  }
  const [previous, ...next] = coupons;
  const part = (next[0] - settlement) / (next[0] - previous);
  const coupon = (100 * RATE) / frequency;
  const discount = (periods) => (1 + YIELD / frequency) ** -periods;
  const paid = next.reduce((sum, _, k) => sum + coupon * discount(k + part), 0);
  return paid + 100 * discount(next.length - 1 + part) - coupon * (1 - part);
}
const bonds = [];
for (let month = 0; month < 12; month++) {
  for (let year = YEAR + 2; year < YEAR + 12; year++) bonds.push([year, month, 15]);
}
const NAMES = { 1: 'yearly', 2: 'half-yearly', 4: 'quarterly' };
const lost = {};
let largest = 0;
for (const frequency of [1, 2, 4]) {
  lost[frequency] = Array.from({ length: 12 }, (_, month) => {
    const settlement = date(YEAR, month, 20);
    return bonds.filter((maturity) => {
      const options = { settlement: text(settlement), maturity: text(date(...maturity)), rate: RATE, redemption: 100, frequency, convention: 'ACTUAL/ACTUAL' };
      const bond = bondCalculator(options);
      const exact = exactPrice(settlement, maturity, frequency);
      const price = bond.price(YIELD);
      if (Number.isNaN(price) !== Number.isNaN(bond.yield(exact))) throw new Error('CHANGED: price and yield differ');
      if (!Number.isNaN(price)) largest = Math.max(largest, Math.abs(price - exact));
      return Number.isNaN(price);
    }).length;
  });
  console.log(`${NAMES[frequency]} coupons, NaN of ${bonds.length} bonds on the 20th of January to December: ${lost[frequency].join(' ')}`);
}
console.log(`largest difference of all other prices from the formula: ${largest.toExponential(0)}`);
const shown = { settlement: '2026-12-20', rate: RATE, redemption: 100, frequency: 4, convention: 'ACTUAL/ACTUAL' };
const shownPrices = ['2030-01-15', '2030-03-15', '2030-04-15'].map((maturity) => {
  const [year, month, day] = maturity.split('-').map(Number);
  const exact = exactPrice(date(2026, 11, 20), [year, month - 1, day], 4);
  return `due ${maturity} ${bondCalculator({ ...shown, maturity }).price(YIELD).toFixed(4)}, exact ${exact.toFixed(4)}`;
});
console.log(`price on 2026-12-20: ${shownPrices.join('; ')}`);
if (largest > 1e-6 || lost[1].some(Boolean) || lost[2].some(Boolean)) throw new Error('the comparison is wrong');
if (lost[4][11] === 0 || lost[4][0] === 0) throw new Error('CHANGED: quarterly bonds have a price');
JS
TZ=UTC node "$T/check.js"
