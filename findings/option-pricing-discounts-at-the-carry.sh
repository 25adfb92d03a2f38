#!/usr/bin/env bash
# The Monte Carlo method of option-pricing discounts at the rate less the dividend yield. An option on a share with
# dividends, or on a currency, comes out up to 17 % too dear. The other two methods of the package are right.
#
# Tried on 2026-11-30 with option-pricing 2.1.0 (npm) on Node 20.20.
#
# Promise: price() has three methods for the same option: Black-Scholes with Merton's dividend yield, a binomial tree,
# and a Monte Carlo simulation, which the README calls risk neutral valuation. The dividend yield is a parameter of the
# option, with no limit to a method. The samples of the simulation in the README have no dividends.
# Behaviour: the simulated price grows at the rate less the yield, which is right. The payoff is then discounted at the
# same difference and not at the rate. So each European price is too high by the factor e^(yield x time), with any
# number of paths. If the yield is above the rate, a payoff is worth more today than when it is paid. American options
# are discounted in the same way.
# Output seen (European options at the money, volatility 0.2, rate 5 % unless stated, 400,000 paths with a fixed seed;
# the last line is the put on a currency for which the README shows 0.0162 by Black-Scholes):
#   call, no dividend, 2 years: exact 16.1268, Black-Scholes 16.1268, tree 16.1211, Monte Carlo 16.1323, ratio 1.000, e^(yield x time) 1.000
#   call, 3 % dividend, 2 years: exact 12.3330, Black-Scholes 12.3330, tree 12.3278, Monte Carlo 13.1000, ratio 1.062, e^(yield x time) 1.062
#   put, 3 % dividend, 2 years: exact 8.6403, Black-Scholes 8.6403, tree 8.6351, Monte Carlo 9.1778, ratio 1.062, e^(yield x time) 1.062
#   put, 8 % dividend, 2 years: exact 12.7344, Black-Scholes 12.7343, tree 12.7293, Monte Carlo 14.9465, ratio 1.174, e^(yield x time) 1.174
#   call, 3 % dividend, rate 0, 1 year: exact 6.4580, Black-Scholes 6.4580, tree 6.4540, Monte Carlo 6.6583, ratio 1.031, e^(yield x time) 1.030
#   currency of the README: exact 0.0162, Black-Scholes 0.0162, tree 0.0162, Monte Carlo 0.0171, ratio 1.055, e^(yield x time) 1.055
#
# Why it matters: a desk that quotes or marks by the simulation buys each option too dear, calls and puts alike, by
# more than the spread. More paths only make the wrong price more certain. A test without dividends, such as the
# samples of the README, passes. Use the tree, or multiply European results by e^(-yield x time).
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts option-pricing@2.1.0 || exit 2
cat >"$T/check.mjs" <<'JS'
import { Option } from 'option-pricing';

const MONTE_CARLO = { simulations: 400_000, prngName: 'sfc32', prngSeed: '1' };
/** The normal distribution function by its series. */
function cdf(x) {
  let [term, sum] = [x, x];
  for (let k = 1; k < 200; k++) sum += term *= (x * x) / (2 * k + 1);
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
function exact({ type, initialSpotPrice: spot, strikePrice: strike, timeToMaturity: time, volatility, riskFreeRate: rate, dividendYield: dividend }) {
  const deviation = volatility * Math.sqrt(time);
  const d1 = (Math.log(spot / strike) + (rate - dividend) * time) / deviation + deviation / 2;
  const sign = type === 'call' ? 1 : -1;
  return sign * (spot * Math.exp(-dividend * time) * cdf(sign * d1) - strike * Math.exp(-rate * time) * cdf(sign * (d1 - deviation)));
}
const share = (type, rate, dividend, time) => ({
  style: 'european', type, initialSpotPrice: 100, strikePrice: 100, timeToMaturity: time, volatility: 0.2, riskFreeRate: rate, dividendYield: dividend,
});
const currency = {
  style: 'european', type: 'put', initialSpotPrice: 0.52, strikePrice: 0.5, timeToMaturity: 0.6667, volatility: 0.12, riskFreeRate: 0.04, dividendYield: 0.08,
};
const rows = [
  ['call, no dividend, 2 years', share('call', 0.05, 0, 2)],
  ['call, 3 % dividend, 2 years', share('call', 0.05, 0.03, 2)],
  ['put, 3 % dividend, 2 years', share('put', 0.05, 0.03, 2)],
  ['put, 8 % dividend, 2 years', share('put', 0.05, 0.08, 2)],
  ['call, 3 % dividend, rate 0, 1 year', share('call', 0, 0.03, 1)],
  ['currency of the README', currency],
].map(([name, parameters]) => {
  const option = new Option(parameters);
  const [analytic, tree, simulated] = [option.price('bs'), option.price('bt', { timeSteps: 500 }), option.price('mcs', MONTE_CARLO)];
  const right = exact(parameters);
  const factor = Math.exp(parameters.dividendYield * parameters.timeToMaturity);
  console.log(
    `${name}: exact ${right.toFixed(4)}, Black-Scholes ${analytic.toFixed(4)}, tree ${tree.toFixed(4)}, Monte Carlo ${simulated.toFixed(4)}, ` +
      `ratio ${(simulated / right).toFixed(3)}, e^(yield x time) ${factor.toFixed(3)}`,
  );
  return { right, analytic, tree, simulated, factor };
});
const near = (a, b, tolerance) => Math.abs(a / b - 1) < tolerance;
if (rows.some(({ right, analytic, tree }) => !near(analytic, right, 1e-5) || !near(tree, right, 0.003))) throw new Error('the comparison is wrong');
if (rows.slice(1).every(({ right, simulated }) => near(simulated, right, 0.01))) throw new Error('CHANGED: the simulation is right');
if (rows.some(({ right, simulated, factor }) => !near(simulated, right * factor, 0.01))) throw new Error('CHANGED: the factor is another');
JS
node "$T/check.mjs"
