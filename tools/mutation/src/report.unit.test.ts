import { describe, expect, it } from '@jest/globals';
import type { Equivalent } from './equivalents/equivalent.js';
import { judge, render, type Mutant } from './report.js';

const FILE = 'libs/x/src/x.ts';
const LINES = ['const a = 1;', '  return x < 1;'];
const mutant = (status: string, changes: Partial<Mutant> = {}): Mutant => ({
  fileName: FILE,
  mutatorName: 'EqualityOperator',
  status,
  replacement: 'x <= 1',
  location: { start: { line: 2, column: 10 }, end: { line: 2, column: 15 } },
  ...changes,
});
const same: Equivalent = {
  file: FILE,
  line: 'return x < 1;',
  part: 'x < 1',
  replacement: 'x <= 1',
  reason: 'x is never 1',
};
const judged = (mutants: Mutant[], equivalents: Equivalent[] = []) => judge(mutants, () => LINES, equivalents);

describe('the score', () => {
  it.each([
    [['Killed', 'Timeout', 'Survived', 'NoCoverage'], 0.5],
    [['Killed', 'CompileError', 'RuntimeError', 'Ignored'], 1],
    [['Survived'], 0],
    [[], 1],
  ])('of %j is %d', (statuses, score) => {
    expect(judged(statuses.map((status) => mutant(status))).score).toBe(score);
  });

  it('leaves out equivalent mutants, and only those', () => {
    const others = [
      mutant('Survived', { replacement: 'true' }),
      mutant('Survived', { location: { start: { line: 2, column: 3 }, end: { line: 2, column: 15 } } }),
    ];
    const report = judged([mutant('Killed'), mutant('Survived'), ...others], [same]);
    expect(report).toMatchObject({ score: 1 / 3, detected: 1, unused: [] });
    expect(report.equivalent.map((each) => each.mutant)).toEqual([mutant('Survived')]);
    expect(report.survivors.map((each) => each.mutant)).toEqual(others);
  });

  it('leaves out what is equivalent also where it timed out', () => {
    const report = judged([mutant('Killed'), mutant('Timeout'), mutant('Timeout', { replacement: 'true' })], [same]);
    expect(report).toMatchObject({ score: 1, detected: 2, unused: [] });
    expect(report.equivalent.map((each) => each.mutant)).toEqual([mutant('Timeout')]);
    expect(report.timedOut.map((each) => each.mutant)).toEqual([mutant('Timeout', { replacement: 'true' })]);
  });

  it('finds entries of the list that are outdated', () => {
    expect(judged([mutant('Killed')], [same]).unused).toEqual([same]);
  });
});

it('names survivors by position, line and replacement', () => {
  expect(render('x', judged([mutant('Killed'), mutant('NoCoverage')]))).toBe(
    [
      'libs/x/src/x.ts:2 EqualityOperator (no test runs it)',
      '  return x < 1;',
      '  x < 1 -> x <= 1',
      'x: score 0.500 (1 detected, 1 survived, 0 equivalent)',
    ].join('\n'),
  );
});

it('names mutants that timed out: on a busy machine they may be survivors', () => {
  const report = judged([mutant('Killed'), mutant('Timeout')]);
  expect(report).toMatchObject({ score: 1, detected: 2, survivors: [] });
  expect(render('x', report)).toBe(
    [
      'libs/x/src/x.ts:2 EqualityOperator (timed out)',
      '  return x < 1;',
      '  x < 1 -> x <= 1',
      'x: score 1.000 (2 detected (1 of them timed out), 0 survived, 0 equivalent)',
    ].join('\n'),
  );
});
