#!/usr/bin/env bash
# An OpenTelemetry view that drops the symbol reports the exposure of an account as that of its last symbol. Without a
# view the same happens beyond 2,000 series: the total of 5,000 positions is that of the first 1,999 and the last one.
#
# Tried on 2026-11-30 with @opentelemetry/sdk-metrics 2.12.1 and @opentelemetry/api 1.9.1 (npm) on Node 20.20.
# @opentelemetry/sdk-metrics 3.1.1 printed the same.
#
# Promise: an observable counter, or up-down counter, is a sum. A view with an allow-list or a deny-list drops
# attributes. The guidelines of the specification have an example for this case: the SDK adds the observed values.
# Beyond the cardinality limit, 2,000 by default, measurements share one series with the attribute otel.metric.overflow.
# Behaviour: observations that end up with the same attributes are not added. Each replaces the one before, so the last
# observation of the callback is exported. Observations in the overflow series replace each other as well. Nothing is
# logged. The same numbers through the synchronous instruments are added, with the same view and in the overflow series.
# Issue 2905 of the specification asked about this in 2022. The issues that the SDKs for Go, Java and Python had on it
# are closed.
# Output seen (20 accounts with 10 positions each and a view that keeps the account; then one position of 10 in each
# symbol, without a view, summed over all exported series):
#   exposure of account 0: observed 10 positions, exact -19882; observable -4405; synchronous -19882
#   accounts with the exact exposure: observable 0 of 20, synchronous 20 of 20
#   accounts with the wrong sign: observable 9 of 20, synchronous 0 of 20
#   fees of all accounts: observable counter 7.3 % of the exact sum, synchronous 100.0 %
#   2000 symbols: total 20000, observable 20000 in 2000 series, synchronous 20000
#   2500 symbols: total 25000, observable 20000 in 2000 series, synchronous 25000
#   5000 symbols: total 50000, observable 20000 in 2000 series, synchronous 50000
#
# Why it matters: positions, margin and queue lengths are read from a state, which is what observable instruments are
# for. A long account looks short, and an alert on the total stays silent beyond 2,000 series. A test with one symbol
# for each account passes. Add up in the callback and observe one value for each exported set of attributes, or export
# all attributes and raise the cardinality limit.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts @opentelemetry/sdk-metrics@2.12.1 \
  @opentelemetry/api@1.9.1 || exit 2
cat >"$T/check.js" <<'JS'
const { MeterProvider, MetricReader, createAllowListAttributesProcessor } = require('@opentelemetry/sdk-metrics');

const [ACCOUNTS, SYMBOLS] = [20, 10];
class Reader extends MetricReader {
  async onShutdown() {}
  async onForceFlush() {}
}
let seed = 3;
const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;

/** The exported series of four instruments, two observable and two synchronous, that are given the same rows. */
async function collect(rows, views) {
  const reader = new Reader();
  const meter = new MeterProvider({ readers: [reader], views }).getMeter('positions');
  const give = (field) => (result) => rows.forEach((row) => result.observe(row[field], row.attributes));
  meter.createObservableUpDownCounter('observed.exposure').addCallback(give('exposure'));
  meter.createObservableCounter('observed.fees').addCallback(give('fees'));
  const [exposure, fees] = [meter.createUpDownCounter('added.exposure'), meter.createCounter('added.fees')];
  for (const row of rows) {
    exposure.add(row.exposure, row.attributes);
    fees.add(row.fees, row.attributes);
  }
  const { resourceMetrics, errors } = await reader.collect();
  if (errors.length > 0) throw errors[0];
  return Object.fromEntries(resourceMetrics.scopeMetrics[0].metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]));
}
const sum = (values) => values.reduce((total, value) => total + value, 0);
const total = (points) => sum(points.map(({ value }) => value));

async function byAccount() {
  const rows = [];
  for (let account = 0; account < ACCOUNTS; account++) {
    for (let symbol = 0; symbol < SYMBOLS; symbol++) {
      const attributes = { account, symbol: `S${symbol}` };
      rows.push({ attributes, exposure: Math.floor((random() - 0.5) * 20_000), fees: 1 + Math.floor(random() * 100) });
    }
  }
  const views = [{ instrumentName: '*', attributesProcessors: [createAllowListAttributesProcessor(['account'])] }];
  const exported = await collect(rows, views);
  const exact = (account) => sum(rows.filter(({ attributes }) => attributes.account === account).map(({ exposure }) => exposure));
  const of = (name, account) => exported[name].find(({ attributes }) => attributes.account === account).value;
  const count = (name, matches) => Array.from({ length: ACCOUNTS }, (_, account) => matches(of(name, account), exact(account))).filter(Boolean).length;
  const right = ['observed.exposure', 'added.exposure'].map((name) => count(name, (value, wanted) => value === wanted));
  const sign = ['observed.exposure', 'added.exposure'].map((name) => count(name, (value, wanted) => value * wanted < 0));
  const fees = ['observed.fees', 'added.fees'].map((name) => total(exported[name]) / sum(rows.map((row) => row.fees)));
  console.log(`exposure of account 0: observed ${SYMBOLS} positions, exact ${exact(0)}; observable ${of('observed.exposure', 0)}; synchronous ${of('added.exposure', 0)}`);
  console.log(`accounts with the exact exposure: observable ${right[0]} of ${ACCOUNTS}, synchronous ${right[1]} of ${ACCOUNTS}`);
  console.log(`accounts with the wrong sign: observable ${sign[0]} of ${ACCOUNTS}, synchronous ${sign[1]} of ${ACCOUNTS}`);
  console.log(`fees of all accounts: observable counter ${(fees[0] * 100).toFixed(1)} % of the exact sum, synchronous ${(fees[1] * 100).toFixed(1)} %`);
  const last = rows.filter(({ attributes }) => attributes.symbol === `S${SYMBOLS - 1}`);
  return { right, fees, isLast: last.every(({ attributes, exposure }) => of('observed.exposure', attributes.account) === exposure) };
}
async function bySymbol(symbols) {
  const rows = Array.from({ length: symbols }, (_, symbol) => ({ attributes: { symbol: `S${symbol}` }, exposure: 10, fees: 10 }));
  const exported = await collect(rows);
  const found = ['observed.exposure', 'added.exposure'].map((name) => total(exported[name]));
  console.log(`${symbols} symbols: total ${symbols * 10}, observable ${found[0]} in ${exported['observed.exposure'].length} series, synchronous ${found[1]}`);
  return { observed: found[0], added: found[1], exact: symbols * 10 };
}
async function main() {
  const accounts = await byAccount();
  const totals = [];
  for (const symbols of [2000, 2500, 5000]) totals.push(await bySymbol(symbols));
  if (accounts.right[1] !== ACCOUNTS || accounts.fees[1] !== 1) throw new Error('the comparison is wrong');
  if (totals.some(({ added, exact }) => added !== exact)) throw new Error('the comparison is wrong');
  if (!accounts.isLast || accounts.fees[0] > 0.2) throw new Error('CHANGED: a view adds the observations it merges');
  if (totals[0].observed !== totals[0].exact) throw new Error('CHANGED: 2,000 series are wrong too');
  if (totals[2].observed !== 20_000) throw new Error('CHANGED: the overflow series adds its observations');
}
main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
JS
node "$T/check.js"
