import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { EQUIVALENTS } from './equivalents.js';

const root = join(__dirname, '..', '..', '..');

it('every equivalent that is listed has its line in the source, with the part that changes', () => {
  const outdated = EQUIVALENTS.filter(({ file, line, part }) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    return !line.includes(part) || !lines.some((text) => text.trim() === line);
  });
  expect(outdated.map(({ file, line }) => `${file}: ${line}`)).toEqual([]);
});
