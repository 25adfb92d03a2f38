import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { execute, REPO_ROOT } from '@quantum/testing';

interface Constraint {
  sourceTag: string;
  onlyDependOnLibsWithTags: string[];
  bannedExternalImports?: string[];
}
const BOUNDARIES = '@nx/enforce-module-boundaries';

it('lint stops imports by the table in CONTRIBUTING.md', async () => {
  const eslint = join(REPO_ROOT, 'node_modules', '.bin', 'eslint');
  const { stdout } = await execute(REPO_ROOT, eslint, ['--print-config', 'libs/metrics/src/index.ts']);
  const { rules } = JSON.parse(stdout) as { rules: Record<string, [unknown, { depConstraints: Constraint[] }]> };
  const codes = (names: string[] = []): string => names.map((name) => `\`${name}\``).join(' ');
  const rows = rules[BOUNDARIES]?.[1].depConstraints.map((constraint) => [
    codes([constraint.sourceTag]),
    codes(constraint.onlyDependOnLibsWithTags),
    codes(constraint.bannedExternalImports),
  ]);
  const table = readFileSync(join(REPO_ROOT, 'CONTRIBUTING.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| `(type|team):/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, 4)
        .map((cell) => cell.trim()),
    );
  expect(table).toEqual(rows);
});
