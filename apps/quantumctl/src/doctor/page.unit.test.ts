import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { CHECKS } from './checks/index.js';

it('has each check in the table of docs/operations.md, in the order of harm', () => {
  const page = readFileSync(resolve(__dirname, '../../../../docs/operations.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` +\| (\w+) +\| (.*?) +\|$/gm)].map((cells) => cells.slice(1));
  expect(rows).toEqual(CHECKS.map(({ name, harm, finds }) => [name, harm, finds]));
});
