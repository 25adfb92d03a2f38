import { describe, expect, it } from '@jest/globals';
import { compatibilityPage } from './document.js';
import { resultOf } from './run-check.js';

const result = { check: 'proofs', passed: 23, failed: 0, skipped: 0, failures: [] };
const about = { date: '2026-01-02', version: '1.0.0' };

describe('the page', () => {
  it('has a row for each platform', () => {
    const page = compatibilityPage([{ name: 'Valkey 9.1.2', source: 'Debian sid', results: [result] }], about);
    expect(page).toContain('| Valkey 9.1.2 | Debian sid | 23 passed |\n');
    expect(page).toContain('Nothing failed.');
  });

  it('names what failed', () => {
    const failed = { ...result, failed: 1, skipped: 2, failures: ['counts once'] };
    const page = compatibilityPage([{ name: 'Redis 8.0.6', source: 'Debian sid', results: [failed] }], about);
    expect(page).toContain('| 23 passed, **1 failed**, 2 skipped |');
    expect(page).toContain('- Redis 8.0.6, proofs: counts once\n');
  });
});

describe('numbers', () => {
  it('are read from a count file', () => {
    expect(resultOf('{"passed":1,"failed":2,"skipped":3}')).toEqual({ passed: 1, failed: 2, skipped: 3, failures: [] });
  });

  it("are read from jest's report, with the names of what failed", () => {
    const assertionResults = [
      { status: 'failed', fullName: 'a stream is counted' },
      { status: 'passed', fullName: 'other' },
    ];
    const report = { numPassedTests: 1, numFailedTests: 1, numPendingTests: 0, testResults: [{ assertionResults }] };
    expect(resultOf(JSON.stringify(report))).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      failures: ['a stream is counted'],
    });
  });
});
