import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findStale, type Generated, readFrom, REASONS_FILE, writeFiles } from './write-files.js';

const VECTORS = 'docs/vectors/hints.json';
const LIST: Generated = ['docs/list.md', 'a list'];
const withCases = (answers: Record<string, unknown>): Generated => {
  const cases = Object.entries(answers).map(([name, expected]) => ({ name, given: { name }, expect: expected }));
  return [VECTORS, JSON.stringify({ about: 'hints', cases })];
};
const before = withCases({ 'score 0.2': '0.4444', 'score 0': '0.2500' });
const enlarged = withCases({ 'score 0.2': '2.6667', 'score 0': '0.2500' });

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'quantum-docs-'));
  writeFiles(root, [before]);
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('generating the docs', () => {
  it('writes what differs, new cases of vectors included, and nothing else', () => {
    const more = withCases({ 'score 0.2': '0.4444', 'score 0.1': '0.2500', 'score 0': '0.2500' });
    expect(writeFiles(root, [LIST, more])).toEqual(['docs/list.md', VECTORS]);
    expect([readFrom(root, 'docs/list.md'), readFrom(root, VECTORS)]).toEqual(['a list', more[1]]);
    expect(writeFiles(root, [LIST, more])).toEqual([]);
    expect(readFrom(root, REASONS_FILE)).toBe('');
  });

  it.each<[string, Generated, string]>([
    ['a changed answer', enlarged, '1 changed ("score 0.2")'],
    ['a removed case', withCases({ 'score 0': '0.2500' }), '1 removed ("score 0.2")'],
    ['a renamed case', withCases({ 'score 0.20': '0.4444', 'score 0': '0.2500' }), '1 removed ("score 0.2")'],
    ['an answer without a field', withCases({ 'score 0.2': undefined, 'score 0': '0.2500' }), '1 changed'],
  ])('refuses %s, and writes nothing at all, unless it is given a reason', (_name, changed, finding) => {
    for (const because of [undefined, '', '  ']) {
      expect(() => writeFiles(root, [LIST, changed], because)).toThrow(`${VECTORS}: cases: ${finding}`);
    }
    expect(() => writeFiles(root, [changed])).toThrow('Find out which side is wrong first');
    expect([readFrom(root, VECTORS), readFrom(root, 'docs/list.md')]).toEqual([before[1], '']);

    expect(writeFiles(root, [LIST, changed], ' the contract changed ')).toEqual([
      'docs/list.md',
      VECTORS,
      REASONS_FILE,
    ]);
    expect(readFrom(root, VECTORS)).toBe(changed[1]);
    expect(readFrom(root, REASONS_FILE)).toContain(`\n- the contract changed\n  - ${VECTORS}: cases: ${finding}`);
  });

  it('keeps every reason, in order', () => {
    writeFiles(root, [enlarged], 'first');
    writeFiles(root, [before], 'second');
    expect(readFrom(root, REASONS_FILE)).toMatch(/^# [^]*\n- first\n {2}- [^\n]*\n\n- second\n {2}- [^\n]*\n$/);
  });

  it('refuses vectors whose old cases cannot be read, as after a merge', () => {
    writeFileSync(join(root, VECTORS), `<<<<<<< ours\n${before[1]}`);
    expect(() => writeFiles(root, [before])).toThrow('conflicts of a merge?');
    expect(writeFiles(root, [before], 'merged')).toContain(VECTORS);
  });
});

describe('checking the docs', () => {
  it('finds nothing where all is as generated', () => {
    expect(findStale(root, [before])).toEqual([]);
  });

  it('says to generate lists and new cases, and to look for the fault where an answer differs', () => {
    const more = withCases({ 'score 0.2': '0.4444', 'score 0.1': '0.2500', 'score 0': '0.2500' });
    expect(findStale(root, [LIST, more])).toEqual([
      'docs/list.md differs from what the code says: npx nx run docs:generate',
      `${VECTORS} differs from what the code says: npx nx run docs:generate`,
    ]);
    const [finding = ''] = findStale(root, [enlarged]);
    expect(finding).toMatch(/the code answers otherwise, cases: 1 changed .* which side is wrong .* --because=/);
  });
});
