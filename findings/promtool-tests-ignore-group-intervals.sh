#!/usr/bin/env bash
# The rule tests of promtool evaluate every group at one interval and ignore the interval of the group, so a test passes
# for an alert that Prometheus never fires.
#
# Tried on 2026-11-30 with the Debian packages prometheus and promtool 3.5.3+ds1-6 on Node 20.20.
#
# Promise: a rule group has an `interval`, "how often rules in the group are evaluated", and evaluation_interval is the
# default for groups without one. The test file has an evaluation_interval too, and its documentation names no
# difference. promtool does apply the limit and the query_offset of a group.
# Behaviour: promtool evaluates all groups at the evaluation_interval of the test file. A recorded series then has more
# points than in Prometheus, and an alert with `for` is evaluated when Prometheus does not evaluate it. Issue 12051 asks
# since 2023 to document the setting and is open. vmalert-tool, which reads the same files, lists it as a limitation.
# Output seen (one rule file for both; losses that grow, scraped and evaluated each second; a group with an interval of
# 6 s records their sum and has the alert LossLasts with for: 3s; the other alerts are on growth in 4 s):
#   promtool, evaluation_interval 1s: LossGrows fires, LossLasts fires after 3 s
#   promtool, evaluation_interval 6s: LossGrows does not fire, LossLasts fires after 6 s
#   Prometheus, 15 s: LossGrows never fires, LossLasts after 6 s, the same on the raw series fires
#   points of the recorded sum in 4 s: 0 or 1
#
# Why it matters: costly sums over all positions or streams are recorded each few minutes by a group with an interval,
# and alerts are written on them. Where the window of rate, delta or increase is not longer than that interval, the
# alert is dead, without an error and with a green test. Test such a group in a file of its own with its interval as
# evaluation_interval, and give each window at least twice the interval of the series it reads.
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

debs prometheus=3.5.3+ds1-6 promtool=3.5.3+ds1-6 libc6
LIBC=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
LOADER=$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)
cat >"$T/rules.yml" <<'YML'
groups:
  - name: slow
    interval: 6s
    rules:
      - record: desk:loss:sum
        expr: sum(loss)
      - alert: LossLasts
        expr: sum(loss) > 0
        for: 3s
  - name: fast
    rules:
      - alert: LossGrows
        expr: delta(desk:loss:sum[4s]) > 0
      - alert: RawLossGrows
        expr: sum(delta(loss[4s])) > 0
YML
cat >"$T/check.mjs" <<'JS'
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [folder, loader, libc, bin] = process.argv.slice(2);
const SECONDS = 15;
const command = (name) => ['--library-path', libc, `${bin}/${name}`];

/** Whether an alert fires in promtool after this many seconds. */
function fires(interval, alert, seconds) {
  writeFileSync(
    `${folder}/test.yml`,
    `rule_files: [rules.yml]
evaluation_interval: ${interval}
tests:
  - interval: 1s
    input_series:
      - series: 'loss{symbol="BTC"}'
        values: '1+1x60'
    alert_rule_test:
      - eval_time: ${seconds}s
        alertname: ${alert}
        exp_alerts: [{ exp_labels: {} }]
`,
  );
  const { status, stdout, stderr } = spawnSync(loader, [...command('promtool'), 'test', 'rules', 'test.yml'], { cwd: folder, encoding: 'utf8' });
  if (status !== 0 && !/got:\s*\[\]/.test(stdout + stderr)) throw new Error(`promtool fails: ${stdout}${stderr}`);
  return status === 0;
}
function tested(interval) {
  const grows = [20, 25, 30].some((seconds) => fires(interval, 'LossGrows', seconds));
  const lasts = [...Array(20).keys()].find((seconds) => fires(interval, 'LossLasts', seconds));
  console.log(`promtool, evaluation_interval ${interval}: LossGrows ${grows ? 'fires' : 'does not fire'}, LossLasts fires after ${lasts} s`);
  return { grows, lasts };
}
const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

async function live() {
  const begun = Date.now();
  const desk = createServer((_, response) => response.end(`loss{symbol="BTC"} ${(Date.now() - begun) / 1000 + 1}\n`));
  const target = await listen(desk);
  const probe = createServer();
  const port = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  const scrape = `scrape_configs: [{ job_name: desk, fallback_scrape_protocol: PrometheusText0.0.4, static_configs: [{ targets: ['127.0.0.1:${target}'] }] }]`;
  writeFileSync(`${folder}/prometheus.yml`, `global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [rules.yml]\n${scrape}\n`);
  const options = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`];
  const server = spawn(loader, [...command('prometheus'), ...options], { cwd: folder, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}/api/v1`;
  try {
    const query = async (expression) => {
      const answer = await fetch(`${url}/query?query=${encodeURIComponent(expression)}`);
      return (await answer.json()).data.result;
    };
    for (let i = 0; !(await query('desk:loss:sum').catch(() => [])).length; i++) {
      if (i === 200) throw new Error('Prometheus records nothing');
      await sleep(100);
    }
    const points = new Set();
    for (let i = 0; i < SECONDS; i++) {
      await sleep(1000);
      const [row] = await query('count_over_time(desk:loss:sum[4s])');
      points.add(Number(row?.value[1] ?? 0));
    }
    const firing = async (alert) => (await query(`ALERTS{alertname="${alert}",alertstate="firing"}[5m]`))[0]?.values ?? [];
    const [grows, raw, lasting] = [await firing('LossGrows'), await firing('RawLossGrows'), await firing('LossLasts')];
    const { data } = await (await fetch(`${url}/alerts`)).json();
    const active = data.alerts.find(({ labels }) => labels.alertname === 'LossLasts');
    if (!active || !lasting.length) throw new Error('LossLasts does not fire');
    const lasts = Math.round(lasting[0][0] - Date.parse(active.activeAt) / 1000);
    const rawText = raw.length ? 'fires' : 'does not fire';
    console.log(`Prometheus, ${SECONDS} s: LossGrows ${grows.length ? 'fires' : 'never fires'}, LossLasts after ${lasts} s, the same on the raw series ${rawText}`);
    console.log(`points of the recorded sum in 4 s: ${[...points].sort().join(' or ')}`);
    return { grows: grows.length > 0, raw: raw.length > 0, lasts };
  } finally {
    desk.close();
    desk.closeAllConnections();
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill();
    await Promise.race([ended, sleep(10_000)]);
    server.kill('SIGKILL');
  }
}
try {
  const [each, slow] = [tested('1s'), tested('6s')];
  const real = await live();
  if (!real.raw || real.grows || slow.grows || real.lasts < slow.lasts) throw new Error('the comparison is wrong');
  if (!each.grows || each.lasts >= real.lasts) throw new Error('CHANGED: promtool applies the interval of a group');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
JS
node "$T/check.mjs" "$T" "$LOADER" "$LIBC" "$T/root/usr/bin"
