#!/usr/bin/env bash
# money-math returns half of all negative products and quotients two cents too high: -2.00 / 3.00 is -0.65. A percentage
# of a negative amount is one cent too high whenever it is not a whole number of cents.
#
# Tried on 2026-12-01 with money-math 2.6.3 (npm) on Node 20.20.
#
# Promise: the README calls amounts precise, and gives "-42.10" and "-1560.00" as amounts. Where the result has to be
# rounded, it is rounded to the whole cent. The reason to use the package is that money in floats is a bad idea.
# Behaviour: mul and div cut the result towards zero. If the digits that were cut are 50 or more, they add a cent. Below
# zero, that cent is added in the wrong direction: -0.667 is cut to -0.66 and becomes -0.65. percent takes the remainder
# of a negative number as positive, and adds a cent when it should not. roundTo5Cents is built on both and is wrong by
# up to 10 cents. Positive amounts, sums and differences are right. Nothing reports an error.
# Output seen (2,000 amounts between 0.01 and 1,000.00, multiplied by up to 2.00, divided by up to 30.00, and up to 30 %
# of them; results that are 1, 2 or more cents off, compared with BigInt, where either way to round a half counts as
# right):
#   -2.00 / 3.00 = -0.65, 2.00 / 3.00 = 0.67
#   33.33 % of -1.00 = -0.32, of 1.00 = 0.33
#   -1.78 rounded to 5 cents = -1.70, 1.78 = 1.80
#   mul: positive 0, 0, 0; negative 88, 877, 0 of 2000, all too high
#   div: positive 0, 0, 0; negative 9, 980, 0 of 2000, all too high
#   percent: positive 0, 0, 0; negative 1998, 0, 0 of 2000, all too high
#   a fee of 0.17 % on 2,000 losses: -1700.72, on the same gains 1720.72
#
# Why it matters: losses, short positions and refunds come out too small, and always in the same direction, so the error
# grows with the number of bookings. A loss split among three accounts no longer adds up. Tests with positive amounts
# pass. Take the sign off, compute, and put it back, as positive results are right. Or use bignumber.js.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts money-math@2.6.3 || exit 2
cat >"$T/check.js" <<'JS'
const money = require('money-math');

const COUNT = 2000;
let seed = 7;
const random = (below) => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) % below;
const text = (cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
const cents = (amount) => BigInt(amount.replace('.', ''));

/** For positive whole numbers: the quotient rounded to the nearest, and whether it is exactly a half. */
function nearest(dividend, divisor) {
  const [floor, rest] = [dividend / divisor, dividend % divisor];
  return { value: floor + (2n * rest >= divisor ? 1n : 0n), half: 2n * rest === divisor };
}
const OPERATIONS = {
  mul: { largest: 200, exact: (a, b) => nearest(a * b, 100n) },
  div: { largest: 3000, exact: (a, b) => nearest(a * 100n, b) },
  percent: { largest: 3000, exact: (a, b) => nearest(a * b, 10000n) },
};
/** How many results are 1, 2 or more cents off, and how many of those too low. */
function measure(name, sign) {
  const { largest, exact } = OPERATIONS[name];
  const off = [0, 0, 0];
  let low = 0;
  for (let i = 0; i < COUNT; i++) {
    const [a, b] = [1 + random(100000), 1 + random(largest)];
    const { value, half } = exact(BigInt(a), BigInt(b));
    const right = sign < 0 ? [-value, ...(half ? [1n - value] : [])] : [value, ...(half ? [value - 1n] : [])];
    const found = cents(money[name](`${sign < 0 ? '-' : ''}${text(a)}`, text(b)));
    const error = right.map((wanted) => found - wanted).sort((x, y) => Number(x * x - y * y))[0];
    if (error === 0n) continue;
    if (error < 0n) low += 1;
    off[Math.min(Number(error < 0n ? -error : error), 3) - 1] += 1;
  }
  return { off, low };
}
console.log(`-2.00 / 3.00 = ${money.div('-2.00', '3.00')}, 2.00 / 3.00 = ${money.div('2.00', '3.00')}`);
console.log(`33.33 % of -1.00 = ${money.percent('-1.00', '33.33')}, of 1.00 = ${money.percent('1.00', '33.33')}`);
console.log(`-1.78 rounded to 5 cents = ${money.roundTo5Cents('-1.78')}, 1.78 = ${money.roundTo5Cents('1.78')}`);
const results = {};
for (const name of Object.keys(OPERATIONS)) {
  const [positive, negative] = [measure(name, 1), measure(name, -1)];
  results[name] = { positive, negative };
  const direction = negative.low === 0 ? ', all too high' : `, ${negative.low} too low`;
  console.log(`${name}: positive ${positive.off.join(', ')}; negative ${negative.off.join(', ')} of ${COUNT}${direction}`);
}
let [losses, gains] = ['0.00', '0.00'];
for (let i = 0; i < COUNT; i++) {
  const amount = text(1 + random(100000));
  losses = money.add(losses, money.percent(`-${amount}`, '0.17'));
  gains = money.add(gains, money.percent(amount, '0.17'));
}
console.log(`a fee of 0.17 % on 2,000 losses: ${losses}, on the same gains ${gains}`);
const zero = ({ off }) => off.every((count) => count === 0);
if (!Object.values(results).every(({ positive }) => zero(positive))) throw new Error('the comparison is wrong');
if (results.mul.negative.off[1] < 500 || results.div.negative.off[1] < 500) throw new Error('CHANGED: products of losses are right');
if (results.percent.negative.off[0] < 1000) throw new Error('CHANGED: percentages of losses are right');
if (Object.values(results).some(({ negative }) => negative.low > 0)) throw new Error('CHANGED: some results are too low');
JS
node "$T/check.js"
