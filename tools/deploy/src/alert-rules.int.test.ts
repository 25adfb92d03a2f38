import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KNOWN_METRICS, promqlProblems } from '@quantum/docs';
import { GOVERNOR_ERRORS } from '@quantum/metrics';
import type { AlertCase } from './alert-case.test-support.js';
import { ALERT_CASES, ALWAYS_FIRING, NO_FAILURES } from './alert-cases.test-support.js';
import { REPO_ROOT } from './repo-root.js';

const RULES = join(REPO_ROOT, 'deploy', 'prometheus', 'alerts.yml');
const rules = readFileSync(RULES, 'utf8');
/** Each alert's text, from its name on; without the head of the group that follows the last one. */
const alerts = rules
  .split(/^ {6}- alert: /m)
  .slice(1)
  .map((alert) => alert.replace(/^ {2}- name: [\s\S]*/m, ''));
const names = alerts.map((alert) => alert.split('\n')[0] ?? '');
/** Each alert's expression, on one line. */
const exprOf = (alert: string): string =>
  (/^ {8}expr: (?:\|\n)?([\s\S]*?)^ {8}(?:for|labels): /m.exec(alert)?.[1] ?? '').replace(/\s+/g, ' ').trim();

const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;
// In CI a missing promtool fails these tests: .ci/promtool brings it.
const isSkipped = !hasPromtool && process.env['CI'] !== 'true';
const byPromtool = isSkipped ? it.skip : it;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alert-rules-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function promtool(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { encoding: 'utf8' });
  if (error) throw new Error('promtool is missing: run .ci/promtool and put the folder that it names on PATH');
  return { status, stdout, stderr };
}

/** A case as promtool wants it, with a sample every `stepSec`; YAML reads JSON. */
function unitTest({ alert, what, fires, minutes, series }: AlertCase, stepSec: number): object {
  const steps = Array.from({ length: (minutes * 60) / stepSec + 1 }, (_, step) => (step * stepSec) / 60);
  const firing = `ALERTS{alertname="${alert}",alertstate="firing"}`;
  return {
    name: `${alert} ${what}`,
    interval: `${stepSec}s`,
    input_series: Object.entries(series).map(([name, course]) => ({
      series: name,
      values: steps.map((minute) => course(minute) ?? '_').join(' '),
    })),
    promql_expr_test: [
      {
        expr: fires ? `count(${firing}) > bool 0` : `count(max_over_time(${firing}[1d]))`,
        eval_time: `${minutes}m`,
        exp_samples: fires ? [{ labels: '{}', value: 1 }] : [],
      },
    ],
  };
}

/** Of Prometheus. No rule may be silent at it; we advise 15 s. */
const DEFAULT_SCRAPE_SEC = 60;

/**
 * Writes the cases of an alert, with the rule alone, seldom over hours: promtool takes its time. Returns their file.
 */
function writeTests(name: string, alert: string): string {
  const cases = ALERT_CASES.filter((one) => one.alert === name);
  const ruleFile = join(folder, `${name}.yml`);
  writeFileSync(ruleFile, `groups:\n  - name: one\n    rules:\n      - alert: ${alert}`);
  const stepSec = Math.max(...cases.map(({ minutes }) => minutes)) > 100 ? 60 : 15;
  const tests = [...new Set([stepSec, DEFAULT_SCRAPE_SEC])].flatMap((sec) => cases.map((one) => unitTest(one, sec)));
  const testFile = join(folder, `${name}.json`);
  writeFileSync(testFile, JSON.stringify({ rule_files: [ruleFile], evaluation_interval: `${stepSec}s`, tests }));
  return testFile;
}

describe('deploy/prometheus/alerts.yml', () => {
  byPromtool(`passes promtool${isSkipped ? ' (skipped: promtool is missing)' : ''}`, () => {
    const { status, stdout, stderr } = promtool('check', 'rules', RULES);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: expect.stringContaining('SUCCESS'), stderr: '' });
  });

  it('has cases in which each alert fires, and cases in which it does not', () => {
    for (const name of names) {
      const directions = new Set(ALERT_CASES.filter(({ alert }) => alert === name).map(({ fires }) => fires));
      expect([name, directions]).toEqual([name, new Set(ALWAYS_FIRING.includes(name) ? [true] : [true, false])]);
    }
  });

  byPromtool('fires when it must, and never otherwise', () => {
    const { status, stdout, stderr } = promtool(
      'test',
      'rules',
      ...alerts.map((alert, i) => writeTests(names[i] ?? '', alert)),
    );
    const failed = stdout.split(/^Unit Testing: +/m).filter((part) => part.trim() !== '' && !/^ +SUCCESS$/m.test(part));
    expect({ status, failed, stderr }).toEqual({ status: 0, failed: [], stderr: '' });
  });

  it('asks for metrics, labels and values that the services have', () => {
    expect(alerts.map(exprOf).filter((expr) => expr === '')).toEqual([]);
    const problems = alerts.map((alert, i) => [names[i], promqlProblems(exprOf(alert), KNOWN_METRICS)]);
    expect(problems.filter(([, found]) => found?.length !== 0)).toEqual([]);
  });

  it('says of every service with cycles when none has ended well for three intervals', () => {
    const withCycles = [...KNOWN_METRICS.keys()].filter((name) => name.endsWith('_last_loop_timestamp_seconds'));
    expect(withCycles.length).toBeGreaterThanOrEqual(3);
    for (const last of withCycles) {
      const interval = last.replace('_last_loop_timestamp_', '_loop_interval_');
      expect(alerts.map(exprOf)).toContain(`timestamp(${last}) - ${last} > 3 * ${interval}`);
    }
  });

  it('is about every kind of error, but those that are no failures', () => {
    const asked = [...rules.matchAll(/kind=~?"([^"]+)"/g)].flatMap(([, kinds]) => kinds?.split('|') ?? []);
    const known = [...asked, ...NO_FAILURES];
    expect(Object.keys(GOVERNOR_ERRORS).filter((kind) => !known.includes(kind))).toEqual([]);
    expect(asked.filter((kind) => (NO_FAILURES as readonly string[]).includes(kind))).toEqual([]);
  });

  it('says with each alert how severe it is, whose it is, what it means, what to run first and what to do', () => {
    const PARTS = [
      /^ {8}expr: /m,
      /^ {8}labels: \{ severity: (page|ticket|none), owner: (p29-allocation|p32-governor|platform|dashboard) \}$/m,
      /^ {10}summary: \S/m,
      /^ {10}command: (systemctl|journalctl|curl|redis-cli|timedatectl|quantumctl) \S/m,
      /^ {10}action: \S/m,
    ];
    expect(alerts.filter((alert) => !PARTS.every((part) => part.test(alert)))).toEqual([]);
    expect(new Set(names).size).toBe(alerts.length);
    const without = alerts.filter((alert) => alert.includes('severity: none')).map((alert) => alert.split('\n')[0]);
    expect(without).toEqual(ALWAYS_FIRING);
  });

  it('has a line in the runbook for each alert of the rollout', () => {
    const runbook = readFileSync(join(REPO_ROOT, 'docs', 'rollout.md'), 'utf8').split(/^## /m).find((part) => part.startsWith('Runbook')); // prettier-ignore
    const listed = [...(runbook ?? '').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(names.filter((name) => name.startsWith('Rollout')).sort());
  });
});
