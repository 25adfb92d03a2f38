import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REPO_ROOT } from './scratch-repo.js';

const RULES = join(REPO_ROOT, 'deploy', 'prometheus', 'alerts.yml');
const rules = readFileSync(RULES, 'utf8');
/** The generated tables: every metric that the services serve. */
const documented = new Set(
  [
    ...readFileSync(join(REPO_ROOT, 'docs', 'integration.md'), 'utf8').matchAll(
      /^\| `((?:p29|p31|p32|quantum)_\w+)`/gm,
    ),
  ].map(([, name]) => name),
);

const promtool = spawnSync('promtool', ['--version']).error === undefined;
const byPromtool = promtool ? it : it.skip;

describe('deploy/prometheus/alerts.yml', () => {
  byPromtool(`passes promtool${promtool ? '' : ' (skipped: promtool is missing)'}`, () => {
    const { status, stdout } = spawnSync('promtool', ['check', 'rules', RULES], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('SUCCESS') });
  });

  it('asks for metrics that the services serve', () => {
    const asked = [...rules.matchAll(/\b(?:p29|p31|p32|quantum)_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((name) => !documented.has(name))).toEqual([]);
  });

  it('says with each alert how severe it is, what it means and what to do', () => {
    const alerts = rules.split(/^ {6}- alert: /m).slice(1);
    const complete = (alert: string): boolean =>
      ['expr: ', 'labels: { severity: ', 'summary: ', 'action: '].every((part) => alert.includes(part));
    expect(alerts.filter((alert) => !complete(alert))).toEqual([]);
    expect(new Set(alerts.map((alert) => alert.split('\n')[0])).size).toBe(alerts.length);
  });
});
