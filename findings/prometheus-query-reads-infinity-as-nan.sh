#!/usr/bin/env bash
# prometheus-query reads every infinite value from Prometheus as NaN, and never calls the hook for warnings, which
# report that data is missing.
#
# Tried on 2026-11-30 with prometheus-query 3.5.1 (npm) on Node 20.20, and the Debian package prometheus 3.5.3+ds1-6.
#
# Promise: the type of a sample's value is number, and the README reads it as such. The API of Prometheus sends values
# as text since JSON has no infinite numbers. The option `warningHook` is a hook for the warnings of Prometheus.
# Behaviour: Prometheus writes infinity as "+Inf". The package gives that text to parseFloat, which knows only
# "Infinity", so the value is NaN: of an instant query, of a range query and of an alert. NaN is itself a value that
# Prometheus sends, for 0 / 0, so the two look alike afterwards. For warnings the package looks at the HTTP
# response instead of its body, where they are. So the hook is never called.
# Output seen (margin used of account a: 100, free: 0; of b: 40 and 60; of c: -5 and 0; of d: 0 and 0. The API is read
# directly. A remote_read storage does not answer):
#   margin use of a: API +Inf, prometheus-query NaN
#   margin use of b: API 0.6666666666666666, prometheus-query 0.6666666666666666
#   margin use of c: API -Inf, prometheus-query NaN
#   margin use of d: API NaN, prometheus-query NaN
#   of the series that Prometheus finds above 0.9: range query NaN; alert: API +Inf, prometheus-query NaN
#   a above 0.9: API true, prometheus-query false; largest of a, b and c: API Infinity, prometheus-query NaN
#   warnings: API 1, warningHook 0, responseInterceptor 1 (remote_read: error sending request: ... connection refused)
#
# Why it matters: a ratio becomes infinite when margin, budget or time left reaches zero, which is what one watches for.
# `value > limit` is false for NaN, so a risk check that asks Prometheus stops refusing just then. A maximum or a sum
# over all accounts becomes NaN. While the long-term storage is away, sums are too small, and no warning reaches the
# program. Compare in PromQL and count the series of the answer, or read the values of the API with Number() after
# putting "Infinity" for "Inf". Pass a `responseInterceptor` that reads `response.data.warnings`.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

# Unpacks packages of Debian sid into $T/root without installing them. It uses the Debian mirror that apt already uses.
debs() {
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -1)
  [ -n "$mirror" ] || { echo "no Debian source is configured for apt" >&2; exit 2; }
  mkdir -p "$T/apt/lists/partial" "$T/apt/cache/archives/partial" "$T/apt/parts" "$T/debs" "$T/root"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$T/apt/sources.list"
  local opts=(-qq -o APT::Sandbox::User= -o Acquire::Languages=none -o Dir::Etc::sourcelist="$T/apt/sources.list"
    -o Dir::Etc::sourceparts="$T/apt/parts" -o Dir::State::Lists="$T/apt/lists" -o Dir::Cache="$T/apt/cache")
  apt-get "${opts[@]}" update || exit 2
  (cd "$T/debs" && apt-get "${opts[@]}" download "$@" && for deb in *.deb; do dpkg -x "$deb" "$T/root"; done) || exit 2
}

debs prometheus=3.5.3+ds1-6
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts prometheus-query@3.5.1 || exit 2
cat >"$T/check.js" <<'JS'
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { writeFileSync } = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const { setTimeout: sleep } = require('node:timers/promises');
const { PrometheusDriver } = require('prometheus-query');

const folder = process.argv[2];
const ACCOUNTS = { a: [100, 0], b: [40, 60], c: [-5, 0], d: [0, 0] };
const [RATIO, LIMIT] = ['margin_used / margin_free', 0.9];
async function listen(server) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server.address().port;
}
/** A port at which nothing listens. */
async function freePort() {
  const server = net.createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
const number = (text) => Number(text.replace('Inf', 'Infinity'));

async function read(endpoint) {
  const warned = [];
  const driver = new PrometheusDriver({ endpoint, warningHook: (warnings) => warned.push(...warnings) });
  const intercepted = [];
  const onFulfilled = (response) => { intercepted.push(...(response.data.warnings ?? [])); return response; };
  const watched = new PrometheusDriver({ endpoint, responseInterceptor: { onFulfilled, onRejected: (error) => Promise.reject(error) } });
  const api = async (path) => (await fetch(`${endpoint}/api/v1/${path}`)).json();
  const query = (text) => api(`query?query=${encodeURIComponent(text)}`);
  const direct = await query(RATIO);
  const rows = {};
  for (const { metric, value } of direct.data.result) rows[metric.account] = { text: value[1], exact: number(value[1]) };
  for (const { metric, value } of (await driver.instantQuery(RATIO)).result) rows[metric.labels.account].seen = value.value;
  const now = Date.now();
  const [range] = (await driver.rangeQuery(`${RATIO} > ${LIMIT}`, now, now, 1)).result;
  const [{ value: alertText }] = (await api('alerts')).data.alerts;
  const [alert] = await driver.alerts();
  await watched.instantQuery(RATIO);
  return { rows, range: range.values[0].value, alertText, alert: alert.value, warnings: direct.warnings ?? [], warned, intercepted };
}
async function main() {
  const lines = Object.entries(ACCOUNTS).flatMap(([account, [used, free]]) => [`margin_used{account="${account}"} ${used}`, `margin_free{account="${account}"} ${free}`]);
  const target = http.createServer((_, response) => response.setHeader('content-type', 'text/plain; version=0.0.4').end(`${lines.join('\n')}\n`));
  const [metrics, port, absent] = [await listen(target), await freePort(), await freePort()];
  const rule = { alert: 'MarginUse', expr: `${RATIO} > ${LIMIT}` };
  writeFileSync(`${folder}/rules.json`, JSON.stringify({ groups: [{ name: 'margin', rules: [rule] }] }));
  writeFileSync(`${folder}/prometheus.json`, JSON.stringify({
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    scrape_configs: [{ job_name: 'risk', static_configs: [{ targets: [`127.0.0.1:${metrics}`] }] }],
    remote_read: [{ url: `http://127.0.0.1:${absent}/read`, read_recent: true }],
    rule_files: [`${folder}/rules.json`],
  }));
  const options = [`--config.file=${folder}/prometheus.json`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`];
  const prometheus = spawn(`${folder}/root/usr/bin/prometheus`, options, { stdio: 'ignore' });
  const stopped = once(prometheus, 'exit');
  let result;
  try {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline && !result; await sleep(500)) {
      const alerts = await fetch(`http://127.0.0.1:${port}/api/v1/alerts`).then((response) => response.json(), () => undefined);
      if (alerts?.data?.alerts?.length > 0) result = await read(`http://127.0.0.1:${port}`);
    }
  } finally {
    prometheus.kill();
    await stopped;
    target.close();
  }
  if (!result) {
    console.error('Prometheus has not raised the alert within 30 s');
    process.exit(2);
  }
  const { rows, range, alertText, alert, warnings, warned, intercepted } = result;
  for (const account of Object.keys(ACCOUNTS)) console.log(`margin use of ${account}: API ${rows[account].text}, prometheus-query ${rows[account].seen}`);
  console.log(`of the series that Prometheus finds above ${LIMIT}: range query ${range}; alert: API ${alertText}, prometheus-query ${alert}`);
  const max = (key) => Math.max(...['a', 'b', 'c'].map((account) => rows[account][key]));
  console.log(`a above ${LIMIT}: API ${rows.a.exact > LIMIT}, prometheus-query ${rows.a.seen > LIMIT}; largest of a, b and c: API ${max('exact')}, prometheus-query ${max('seen')}`);
  console.log(`warnings: API ${warnings.length}, warningHook ${warned.length}, responseInterceptor ${intercepted.length} (${warnings[0]?.replace(/http[^ "]*/g, 'URL')})`);
  if (rows.a.exact !== Infinity || rows.c.exact !== -Infinity || rows.b.exact !== rows.b.seen || warnings.length === 0 || intercepted.length === 0)
    throw new Error('the comparison is wrong');
  if (![rows.a.seen, rows.c.seen, range, alert].every(Number.isNaN)) throw new Error('CHANGED: infinite values are read');
  if (warned.length > 0) throw new Error('CHANGED: warnings reach the hook');
}
main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
JS
node "$T/check.js" "$T"
