#!/usr/bin/env bash
# One NaN passes prom-client's guard for counters and silences every alert that sums over the counter.
#
# Tried on 2026-11-28 with prom-client 15.1.3 (npm) on Node 20.20 and the Debian package promtool 3.5.3+ds1-6
# (Prometheus 3.5.3).
#
# Behaviour: Counter.inc(Infinity) throws, Counter.inc(NaN) does not: the guard skips values that are falsy. The
# counter is NaN from then on, whatever is added later, and is exposed as `Nan`. PromQL carries it on: increase() of
# the series and a sum() over all series, healthy ones included, are NaN. A comparison with NaN is false, so `> 0` has
# no result and the alert does not fire.
# Output seen:
#   inc(Infinity): refused; inc(NaN), then inc(1): rejected_plans_total Nan
#   healthy process rejects 200 plans, another is NaN: sum is NaN, `sum > 0` is empty, `healthy > 0` is 200
#
# Why it matters: the value added is often computed, a notional or a duration, and a missing price makes it NaN. Then
# the alert for losses of a whole fleet is silent until the process restarts and the NaN has left the range of the
# query. Check the value before inc(), and alert on `x != x`, which is true for NaN alone.
set -euo pipefail
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
fail() { echo "CHANGED: $*" >&2; exit 1; }

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
# Runs an unpacked program with the libraries of its own suite.
run() {
  local name=$1 libs
  shift
  libs=$(find "$T/root" -name 'libc.so.6' -printf '%h' -quit)
  exec -a "$name" "$(find "$T/root" -name 'ld-linux-*.so.*' -print -quit)" --argv0 "$name" --library-path "$libs" \
    "$T/root/usr/bin/$name" "$@"
}

debs promtool=3.5.3+ds1-6 libc6
npm install --prefix "$T" --silent --no-audit --no-fund --ignore-scripts prom-client@15.1.3 || exit 2
exposed=$(cd "$T" && node -e "
  const { Counter, register } = require('prom-client');
  const counter = new Counter({ name: 'rejected_plans_total', help: 'Plans' });
  let refused = false;
  try { counter.inc(Infinity); } catch { refused = true; }
  counter.inc(NaN);
  counter.inc(1);
  register.metrics().then((text) => console.log('inc(Infinity):', refused ? 'refused;' : 'accepted;',
    'inc(NaN), then inc(1):', text.trim().split('\n').at(-1)));
")
echo "$exposed"
[ "$exposed" = 'inc(Infinity): refused; inc(NaN), then inc(1): rejected_plans_total Nan' ] ||
  fail "prom-client treats NaN differently"

nans=$(printf 'NaN %.0s' $(seq 10))
cat >"$T/rules.yml" <<'YML'
groups:
  - name: plans
    rules:
      - { alert: PlansRejected, expr: 'sum(increase(rejected_plans_total[5m])) > 0' }
      - { alert: CounterIsNaN, expr: 'rejected_plans_total != rejected_plans_total' }
YML
cat >"$T/test.yml" <<YML
rule_files: [rules.yml]
tests:
  - interval: 1m
    input_series:
      - { series: 'rejected_plans_total{instance="healthy"}', values: '0+0x10 200+0x9' }
      - { series: 'rejected_plans_total{instance="nan"}', values: '0+0x10 $nans' }
    promql_expr_test:
      # only NaN differs from itself; promtool cannot state NaN as an expected value, it finds NaN unequal to NaN
      - expr: count(sum(increase(rejected_plans_total[5m])) != sum(increase(rejected_plans_total[5m])))
        eval_time: 12m
        exp_samples: [{ labels: '{}', value: 1 }]
      - { expr: 'sum(increase(rejected_plans_total[5m])) > 0', eval_time: 12m, exp_samples: [] }
      - expr: increase(rejected_plans_total[5m]) > 0
        eval_time: 12m
        exp_samples: [{ labels: '{instance="healthy"}', value: 200 }]
    alert_rule_test:
      - { alertname: PlansRejected, eval_time: 12m, exp_alerts: [] }
      - { alertname: CounterIsNaN, eval_time: 12m, exp_alerts: [{ exp_labels: { instance: 'nan' } }] }
YML
(cd "$T" && run promtool test rules test.yml >&2) || fail "PromQL or promtool treats NaN differently"
echo "healthy process rejects 200 plans, another is NaN: sum is NaN, \`sum > 0\` is empty, \`healthy > 0\` is 200"
