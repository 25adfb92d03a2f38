import { describe, expect, it } from '@jest/globals';
import { renderJunit } from './junit.js';
import { renderCounts, renderJson, renderReport, seenOf } from './report.js';
import { countResults, exitCodeOf, type Result } from './result.js';

const common = { title: 'what it proves', steps: [1], ms: 12, checks: [], reason: '', commands: [] };
const check = (what: string, expected: string, got: string) => ({ what, expected, got, ok: expected === got });
const passed: Result = {
  ...common,
  name: 'good',
  status: 'pass',
  checks: [check('a', '1', '1'), check('b', '2', '2')],
};
const failed: Result = {
  ...common,
  name: 'bad',
  status: 'fail',
  checks: [check('a', '1', '1'), check('multiplier', '1.4000', '1.5000')],
  commands: ['redis-cli HGETALL key'],
};
const unseen: Result = {
  ...common,
  name: 'unseen',
  status: 'fail',
  reason: 'no entry within 25 s',
  commands: ['curl x'],
};
const skipped: Result = { ...common, name: 'left out', status: 'skipped', reason: 'it needs permission' };
const notRun: Result = { ...common, name: 'unsafe', status: 'not run', reason: 'others read the plans' };

describe('the report for people', () => {
  it('ends with PASS, after the skipped proofs', () => {
    const lines = renderReport([passed, skipped], false).split('\n');

    expect(lines[0]).toMatch(/^PROOF +RESULT +EXPECTED AND GOT +MS$/);
    expect(lines[1]).toMatch(/^good +PASS +a 1, b 2 +12$/);
    expect(lines.slice(-4)).toEqual(['  because it needs permission', '', 'SUMMARY: PASS (all tests passed)', '']);
  });

  it('ends with FAIL, with expected and actual values, and the commands to investigate, once', () => {
    const report = renderReport([passed, failed, { ...unseen, commands: failed.commands }], false);

    expect(report).toContain('SUMMARY: FAIL (2 of 3 failed)');
    expect(report).toContain('    multiplier\n      expected  1.4000\n      got       1.5000\n');
    expect(report).toContain('  unseen: what it proves\n    no entry within 25 s');
    expect(report.match(/redis-cli HGETALL key/g)).toHaveLength(1);
  });

  it('shows which proofs could not run, and why', () => {
    const report = renderReport([passed, notRun], false);

    expect(report).toContain('1 not run: unsafe\n  because others read the plans');
    expect(report).toContain('SUMMARY: COULD NOT RUN (1 of 2 not run)');
  });

  it('fits 100 columns for any values, and shows the services’ last log lines', () => {
    const long = { ...failed, checks: [check('fields', 'x'.repeat(300), 'y'.repeat(300))] };
    const table = renderReport([long, { ...unseen, reason: 'z'.repeat(200) }], true, 'their log').split('SUMMARY')[0];

    for (const line of (table ?? '').replace(/\u001b\[\d+m/g, '').split('\n'))
      expect(line.length).toBeLessThanOrEqual(100);
    expect(renderReport([failed], false, 'their log')).toContain('their log');
  });

  it('uses colour only on request', () => {
    expect(renderReport([passed, failed], true)).toContain('\u001b[32mPASS');
    expect(renderReport([passed, failed], false)).not.toContain('\u001b');
  });
});

describe('a result line', () => {
  it('is the most important check', () => {
    expect(seenOf(passed)).toBe('a 1, b 2');
    expect(seenOf(failed)).toBe('multiplier: expected 1.4000, got 1.5000');
    expect(seenOf(unseen)).toBe('no entry within 25 s');
    expect(seenOf({ ...passed, checks: [check('a', '1', '1'), check('b', 'x'.repeat(60), 'x'.repeat(60))] })).toBe(
      'a 1',
    );
  });
});

describe('results for machines', () => {
  const all = [passed, failed, unseen, skipped, notRun];

  it('JSON: one document', () => {
    const outcome = JSON.parse(renderJson(all, 1234.5)) as Record<string, unknown>;

    expect(outcome).toMatchObject({ summary: 'FAIL', passed: 1, failed: 2, skipped: 1, notRun: 1, durationMs: 1235 });
    expect(outcome['proofs']).toEqual(all);
  });

  it('counts: a proof that could not run has not passed', () => {
    expect(JSON.parse(renderCounts(all))).toEqual({ passed: 1, failed: 3, skipped: 1 });
  });

  it('JUnit: one test case each, text escaped', () => {
    const hostile = { ...failed, checks: [check('a', '<1 & "2">', '\u0000]]>')] };
    const xml = renderJunit([hostile, skipped, notRun, passed], 1500);

    expect(xml).toContain('tests="4" failures="1" errors="1" skipped="1" time="1.500"');
    expect(xml).toContain('<failure message="a: expected &lt;1 &amp; &quot;2&quot;&gt;, got \ufffd]]&gt;">');
    expect(xml).toContain('name="good: what it proves" time="0.012"/>');
    expect(xml).toContain('<skipped message="it needs permission"/>');
    expect(xml).toContain('<error message="others read the plans"/>');
  });

  it('exit code: 0 all passed, 1 a failure, 2 no failure but something could not run', () => {
    expect(exitCodeOf([passed, skipped])).toBe(0);
    expect(exitCodeOf([passed, failed, notRun])).toBe(1);
    expect(exitCodeOf([passed, notRun])).toBe(2);
    expect(countResults(all)).toEqual({ pass: 1, fail: 2, skipped: 1, 'not run': 1 });
  });
});
