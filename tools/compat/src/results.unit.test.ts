import { describe, expect, it } from '@jest/globals';
import { afterSecondTry, numbersOf } from './results.js';

const file = (name: string, status: string, ...tests: [status: string, fullName: string][]) => ({
  name,
  status,
  assertionResults: tests.map(([status, fullName]) => ({ status, fullName })),
});
const report = (...testResults: object[]) => numbersOf(JSON.stringify({ testResults }));

describe('numbers', () => {
  it('are read from a count file', () => {
    expect(numbersOf('{"passed":1,"failed":2,"skipped":3}')).toEqual({
      passed: 1,
      failures: ['failure 1', 'failure 2'],
      skipped: 3,
      files: [],
    });
  });

  it("are read from jest's report, with the names of what failed", () => {
    const failed = file('a.test.ts', 'failed', ['failed', 'a counts'], ['passed', 'a stops'], ['pending', 'a waits']);
    expect(report(failed, file('b.test.ts', 'passed', ['passed', 'b']))).toEqual({
      passed: 2,
      failures: ['a counts'],
      skipped: 1,
      files: ['a.test.ts'],
    });
  });

  it('have a failure for a file that could not be run', () => {
    expect(report(file('a.test.ts', 'failed'))).toMatchObject({ failures: ['a.test.ts could not be run'] });
  });
});

describe('a second try', () => {
  const first = report(
    file('a.test.ts', 'failed', ['failed', 'a 1'], ['failed', 'a 2'], ['passed', 'a 3']),
    file('b.test.ts', 'passed', ['passed', 'b']),
  );

  it('counts what passes in it', () => {
    const second = report(file('a.test.ts', 'failed', ['failed', 'a 1'], ['passed', 'a 2'], ['passed', 'a 3']));
    expect(afterSecondTry(first, second)).toMatchObject({ passed: 3, failures: ['a 1'], retried: 1 });
  });

  it('replaces the first of a check without files', () => {
    const counts = (text: string) => numbersOf(text);
    const again = afterSecondTry(counts('{"passed":9,"failed":1,"skipped":0}'), counts('{"passed":10,"failed":0,"skipped":0}')); // prettier-ignore
    expect(again).toMatchObject({ passed: 10, failures: [], retried: 1 });
  });
});
