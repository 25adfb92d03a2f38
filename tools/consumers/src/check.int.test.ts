import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { vectorFiles } from './index.js';

const CHECK = join(__dirname, '..', 'check.py');
const folder = mkdtempSync(join(tmpdir(), 'quantum-vectors-'));
const hasPython = spawnSync('python3', ['--version']).status === 0;
const files = Object.entries(vectorFiles()).map(([path, text]): [name: string, text: string] => [basename(path), text]);

/** Runs the checker. `-I` leaves it only the standard library. */
function check(...args: string[]): { code: number | null; out: string } {
  const { status, stdout, stderr } = spawnSync('python3', ['-I', CHECK, ...args], { encoding: 'utf8' });
  return { code: status, out: stdout + stderr };
}

const described = hasPython ? describe : describe.skip;
described(hasPython ? 'the checker in Python' : 'SKIPPED, as there is no python3 here: the checker in Python', () => {
  beforeEach(() => {
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('gives the code’s answer to every vector', () => {
    expect(check(folder)).toEqual({
      code: 0,
      out: expect.stringMatching(/^vectors: \d{4,} cases in \d+ files, 0 answered otherwise\n$/) as unknown,
    });
  });

  it('answers the vectors in docs/ on its own', () => {
    expect(check()).toMatchObject({ code: 0 });
  });

  it('detects a changed answer in each file', () => {
    for (const [name, text] of files) {
      const last = text.lastIndexOf('"expect":{');
      const changed = text.slice(0, last) + text.slice(last).replace(/"(\w[^"]*)"(?=[,}])/, '"7$1"');
      expect(changed).not.toBe(text);
      writeFileSync(join(folder, name), changed);
    }
    const { code, out } = check(folder);
    expect(code).toBe(1);
    for (const [name] of files) expect(out.split(`${name}: `)).toHaveLength(2);
    expect(out).toContain(` ${files.length} answered otherwise`);
  });

  it('fails without vectors, and for vectors that it does not know', () => {
    expect(check(join(folder, 'none')).code).toBe(2);
    writeFileSync(join(folder, 'new.json'), '{}');
    expect(check(folder)).toMatchObject({ code: 2 });
    rmSync(join(folder, 'new.json'));
  });
});
