#!/usr/bin/env bash
# @uqee/black-scholes returns an implied volatility of 0 for three of four bitcoin options, and wrong ones for currency
# options: it compares the tolerance of the volatility with the price.
#
# Tried on 2026-11-30 with @uqee/black-scholes 1.0.7 (npm) on Node 20.20.
#
# Promise: sigma() computes the implied volatility of an option. The README calls the option priceToSigmaAccuracy the
# acceptable sigma error, 0.001 by default. It sets no limit for prices and does not say that sigma() can fail.
# Behaviour: the bisection, the default method, stops as soon as the price is within 0.001. An option on EUR/USD costs
# 0.02, so that happens after five to eight steps. For an expensive underlying the number of steps is too small to come
# that close, and sigma() returns 0. The number follows from the accuracy, so no accuracy helps. Newton's method, the
# other choice, returns 0 for options in the wings of every underlying. With the default settings an option at the
# money also gets 0 if the rate is 0, as for options on futures.
# Output seen (650 options on each underlying: ten volatilities, 7 days to a year, strikes up to 1.5 deviations from
# the forward. The check computes their exact prices. off: by more than 0.001; scaled: prices and strike multiplied so
# that the underlying is 100, with an accuracy of 1e-6 and double precision):
#   EUR/USD 1.10, volatilities 0.05 to 0.15: 0 zero, 545 off; Newton 240 zero; scaled 0 zero or off (of 650)
#   stock 100, volatilities 0.2 to 0.6: 0 zero, 0 off; Newton 311 zero; scaled 0 zero or off (of 650)
#   index 6,000, volatilities 0.1 to 0.3: 1 zero, 0 off; Newton 305 zero; scaled 0 zero or off (of 650)
#   index 40,000, volatilities 0.1 to 0.3: 309 zero, 0 off; Newton 312 zero; scaled 0 zero or off (of 650)
#   bitcoin 100,000, volatilities 0.3 to 0.9: 493 zero, 0 off; Newton 322 zero; scaled 0 zero or off (of 650)
#   bitcoin, zero with accuracies of 1: 517, 0.01: 439, 0.000001: 482
#   EUR/USD at the money, 3 months, volatility and result: 0.06 0.0625, 0.07 0.0703125, 0.08 0.078125, 0.09 0.09375, 0.1 0.1015625
#   future of 100 at the money, rate 0, volatility 0.3: 0
#
# Why it matters: a quote with a volatility of 0 looks cheap, and its delta is 0 or 1, so a hedge sells too much or
# nothing. For currencies the whole smile is flat and then jumps, as several strikes get the same number. The package
# is exact for the stock of 100 of its README, and round volatilities such as 0.5 are right for bitcoin too, as the
# bisection meets them by chance. Scale the prices as above, and treat 0 as an error.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @uqee/black-scholes@1.0.7 || exit 2
cat >"$T/check.js" <<'JS'
const { BlackScholes } = require('@uqee/black-scholes');

/** The normal distribution function, by its series up to 6 deviations and by its continued fraction beyond. */
function cdf(x) {
  if (x > 0) return 1 - cdf(-x);
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x < -6) {
    let rest = -x;
    for (let k = 100; k > 0; k--) rest = -x + k / rest;
    return density / rest;
  }
  let [term, sum] = [x, x];
  for (let k = 1; k < 200; k++) sum += term *= (x * x) / (2 * k + 1);
  return 0.5 + sum * density;
}
function price({ rate, strike, time, type, underlying }, sigma) {
  const deviation = sigma * Math.sqrt(time);
  const d1 = (Math.log(underlying / strike) + rate * time) / deviation + deviation / 2;
  const sign = type === 'call' ? 1 : -1;
  return sign * (underlying * cdf(sign * d1) - strike * Math.exp(-rate * time) * cdf(sign * (d1 - deviation)));
}
/** The volatility by bisection until the bounds are neighbours. */
function implied(option) {
  let [low, high] = [0, 10];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (price(option, middle) > option.price) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
let seed = 5;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
/** Options on one underlying with their exact prices: ten volatilities, five times and thirteen strikes. */
function* options(underlying, low, high) {
  for (let i = 0; i < 10; i++) {
    const sigma = low + random() * (high - low);
    for (const days of [7, 30, 90, 182, 365]) {
      for (let z = -1.5; z <= 1.5; z += 0.25) {
        const [rate, time] = [0.03, days / 365];
        const strike = underlying * Math.exp(rate * time + z * sigma * Math.sqrt(time));
        const option = { rate, strike, time, type: z < 0 ? 'put' : 'call', underlying };
        yield { sigma, option: { ...option, price: price(option, sigma) } };
      }
    }
  }
}
const scaled = (option) => {
  const by = 100 / option.underlying;
  return { ...option, underlying: 100, strike: option.strike * by, price: option.price * by };
};
const standard = new BlackScholes();
const newton = new BlackScholes({ priceToSigmaMethod: 'newton-raphson' });
const accurate = new BlackScholes({ priceToSigmaAccuracy: 1e-6, sigmaToPricePrecision: 'double' });
const off = (found, sigma) => Math.abs(found - sigma) > 0.001;

const results = {};
for (const [name, underlying, low, high] of [
  ['EUR/USD 1.10', 1.1, 0.05, 0.15],
  ['stock 100', 100, 0.2, 0.6],
  ['index 6,000', 6_000, 0.1, 0.3],
  ['index 40,000', 40_000, 0.1, 0.3],
  ['bitcoin 100,000', 100_000, 0.3, 0.9],
]) {
  const all = [...options(underlying, low, high)];
  if (all.some(({ option, sigma }) => Math.abs(implied(option) - sigma) > 1e-6)) throw new Error('the comparison is wrong');
  const found = all.map(({ option, sigma }) => ({ sigma, value: standard.sigma(option) }));
  results[name] = {
    zero: found.filter(({ value }) => value === 0).length,
    off: found.filter(({ value, sigma }) => value !== 0 && off(value, sigma)).length,
    newton: all.filter(({ option }) => newton.sigma(option) === 0).length,
    scaled: all.filter(({ option, sigma }) => off(accurate.sigma(scaled(option)), sigma)).length,
  };
  const { zero, off: far, newton: none, scaled: rest } = results[name];
  console.log(`${name}, volatilities ${low} to ${high}: ${zero} zero, ${far} off; Newton ${none} zero; scaled ${rest} zero or off (of ${all.length})`);
}
const coins = [...options(100_000, 0.3, 0.9)];
const others = [1, 0.01, 1e-6].map((priceToSigmaAccuracy) => {
  const other = new BlackScholes({ priceToSigmaAccuracy });
  return [priceToSigmaAccuracy, coins.filter(({ option }) => other.sigma(option) === 0).length];
});
console.log(`bitcoin, zero with accuracies of ${others.map(([accuracy, zero]) => `${accuracy}: ${zero}`).join(', ')}`);
const euro = [0.06, 0.07, 0.08, 0.09, 0.1].map((sigma) => {
  const option = { rate: 0.03, strike: 1.1, time: 0.25, type: 'call', underlying: 1.1 };
  return [sigma, standard.sigma({ ...option, price: price(option, sigma) })];
});
console.log(`EUR/USD at the money, 3 months, volatility and result: ${euro.map((pair) => pair.join(' ')).join(', ')}`);
const future = { rate: 0, strike: 100, time: 0.25, type: 'call', underlying: 100 };
const money = standard.sigma({ ...future, price: price(future, 0.3) });
console.log(`future of 100 at the money, rate 0, volatility 0.3: ${money}`);
const { 'EUR/USD 1.10': currency, 'stock 100': stock, 'bitcoin 100,000': bitcoin } = results;
if (stock.zero + stock.off > 65 || Object.values(results).some((result) => result.scaled > 0)) throw new Error('CHANGED: stocks are wrong too');
if (currency.off < 500) throw new Error('CHANGED: the volatility of currency options is right');
if (bitcoin.zero < 300) throw new Error('CHANGED: bitcoin options have a volatility');
if (Math.abs(money) !== 0) throw new Error('CHANGED: options on futures at the money have a volatility');
JS
node "$T/check.js"
