import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REPO_ROOT } from '@quantum/testing';
import { numbersHanded } from './lua-numbers.ts';

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.lua'], {
  cwd: REPO_ROOT,
})
  .toString()
  .split('\n')
  .filter((file) => file !== '');

const textOf = (file: string): string => readFileSync(join(REPO_ROOT, file), 'utf8');

/** The comment at the top; the line `#!lua` may come before it. */
function headerOf(file: string): string {
  const lines = textOf(file).split('\n');
  if (lines[0]?.startsWith('#!lua')) lines.shift();
  const end = lines.findIndex((line) => !line.startsWith('--'));
  return lines.slice(0, end).join('\n');
}

describe('a Lua file', () => {
  it('is there', () => {
    expect(files.length).toBeGreaterThan(20);
  });

  it.each(files)('%s says in its header what it does', (file) => {
    const header = headerOf(file);
    expect(header).toMatch(/^-- [A-Z]/);
    if (header.startsWith('-- Part')) return;
    expect(header).toMatch(/^-- KEYS /m);
    expect(header).toMatch(/^-- Returns /m);
    expect(header).toMatch(/^-- (Atomic|Not for the sake of atomicity)/m);
    expect(header).toMatch(/^-- Deadline: /m);
  });

  it('hands texts to commands, not numbers, which servers write in different ways', () => {
    expect(numbersHanded(Object.fromEntries(files.map((file) => [file, textOf(file)])))).toEqual([]);
  });
});
