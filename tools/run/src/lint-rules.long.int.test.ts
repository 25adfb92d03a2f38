import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createScratchRepo, type ScratchRepo } from '@quantum/testing';

interface LintResult {
  filePath: string;
  messages: { ruleId: string | null; message: string }[];
}

/** The rules of the repository but for those that need types, which none of these are: a third of the time. */
const WITHOUT_TYPES = `import config from './eslint.config.mjs';
import tseslint from 'typescript-eslint';
export default [...config, { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }];
`;
/** The compiler's errors alone. */
const TYPES_ALONE = `import tseslint from 'typescript-eslint';
import { compilerErrors } from './tools/run/compiler-errors.mjs';
export default [{
  files: ['**/*.ts'],
  plugins: { compiler: { rules: { errors: compilerErrors } } },
  rules: { 'compiler/errors': 'error' },
  languageOptions: { parser: tseslint.parser, parserOptions: { project: './types.tsconfig.json' } },
}];
`;
const WRONG_TYPE = {
  file: 'libs/clock/src/planted-type.ts',
  code: "export const fine = 1;\nexport const wrong: number = 'text';",
};
const BOUNDARIES = '@nx/enforce-module-boundaries';
const IMPORTS = '@typescript-eslint/no-restricted-imports';

/** Forbidden lines, each planted in a file of its own, and the rule that must stop them. */
const planted: { what: string; file: string; code: string; rule: string }[] = [
  {
    what: 'a pure library that reads the clock',
    file: 'libs/risk-gates/src/planted-clock.ts',
    code: 'export const now = (): number => Date.now();',
    rule: 'no-restricted-syntax',
  },
  {
    what: 'a pure library that reads the clock by a new Date',
    file: 'libs/efficiency-policy/src/planted-date.ts',
    code: 'export const now = (): Date => new Date();',
    rule: 'no-restricted-syntax',
  },
  {
    what: 'a pure library that reads the environment',
    file: 'libs/permit-decorators/src/planted-env.ts',
    code: 'export const home = (): string | undefined => process.env["HOME"];',
    rule: 'no-restricted-globals',
  },
  {
    what: 'a pure library that is random',
    file: 'libs/redis-schemas/src/planted-random.ts',
    code: 'export const dice = (): number => Math.random();',
    rule: 'no-restricted-syntax',
  },
  {
    what: 'a pure library that talks to Redis',
    file: 'libs/risk-gates/src/planted-redis.ts',
    code: "import { Redis } from 'ioredis';\nexport const redis = new Redis();",
    rule: BOUNDARIES,
  },
  {
    what: 'a pure library that uses a module of node',
    file: 'libs/efficiency-policy/src/planted-node.ts',
    code: "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;",
    rule: IMPORTS,
  },
  {
    what: 'a pure library that depends on a service library',
    file: 'libs/permit-decorators/src/planted-service.ts',
    code: "import * as io from '@quantum/redis-io';\nexport const all = io;",
    rule: BOUNDARIES,
  },
  {
    what: "a team's library that depends on another team's downstream of it",
    file: 'libs/efficiency-policy/src/planted-team.ts',
    code: "import * as gates from '@quantum/risk-gates';\nexport const all = gates;",
    rule: BOUNDARIES,
  },
  {
    what: 'a deep import',
    file: 'libs/metrics/src/planted-deep.ts',
    code: "import * as keys from '@quantum/redis-schemas/src/keys.js';\nexport const all = keys;",
    rule: IMPORTS,
  },
  {
    what: 'an app that imports an app by name',
    file: 'apps/allocation-target/src/planted-app.ts',
    code: "import * as app from '@quantum/governor-plugin';\nexport const all = app;",
    rule: IMPORTS,
  },
  {
    what: 'an app that imports an app by path',
    file: 'apps/allocation-target/src/planted-path.ts',
    code: "import * as app from '../../governor-plugin/src/main.js';\nexport const all = app;",
    rule: BOUNDARIES,
  },
  {
    what: 'test support outside tests',
    file: 'apps/governor-plugin/src/planted-support.ts',
    code: "import * as support from '@quantum/testing';\nexport const all = support;",
    rule: IMPORTS,
  },
  {
    what: 'the test bed in a service',
    file: 'apps/governor-plugin/src/planted-testbed.ts',
    code: "import * as testbed from '@quantum/testbed';\nexport const all = testbed;",
    rule: IMPORTS,
  },
  {
    what: 'generators outside tests',
    file: 'libs/risk-gates/src/planted-generators.ts',
    code: "import * as generators from '@quantum/generators';\nexport const all = generators;",
    rule: IMPORTS,
  },
  {
    what: 'fixtures outside tests',
    file: 'libs/decisions/src/planted-fixtures.ts',
    code: "import * as fixtures from '@quantum/test-fixtures';\nexport const all = fixtures;",
    rule: IMPORTS,
  },
  {
    what: 'a service that reads the wall clock itself',
    file: 'apps/governor-plugin/src/planted-wall-clock.ts',
    code: 'export const nowMs = (): number => Date.now();',
    rule: 'no-restricted-syntax',
  },
  {
    what: 'a service library that reads the steady clock itself',
    file: 'libs/redis-io/src/planted-steady-clock.ts',
    code: 'export const nowMs = (): number => performance.now();',
    rule: 'no-restricted-syntax',
  },
  {
    what: 'a property over numbers that are hardly ever between 0.01 and 0.99',
    file: 'libs/risk-gates/src/planted-double.unit.test.ts',
    code: "import fc from 'fast-check';\nexport const share = fc.double({ max: 1, min: 0, noNaN: true });",
    rule: 'no-restricted-syntax',
  },
  {
    what: 'the same of floats, in test support',
    file: 'apps/governor-plugin/src/planted-float.test-support.ts',
    code: "import * as check from 'fast-check';\nexport const share = check.float({ min: 0, max: 1 });",
    rule: 'no-restricted-syntax',
  },
  {
    what: 'the same by its bare name',
    file: 'tools/demo/src/planted-import.unit.test.ts',
    code: "import { double } from 'fast-check';\nexport const share = double({ min: 0, max: 1 });",
    rule: 'no-restricted-syntax',
  },
  {
    what: 'an input of a record that is read by its name, in an app',
    file: 'apps/shadow-report/src/planted-input.ts',
    code: "export const score = (record: { inputs: Record<string, number> }): number => record.inputs['eff_scor'] ?? 0;",
    rule: 'no-restricted-syntax',
  },
  {
    what: 'the same in a pure library, taken apart',
    file: 'libs/shadow-evidence/src/planted-input.ts',
    code: 'export function score(record: { inputs: Record<string, number> }): number {\n  const { eff_scor = 0 } = record.inputs;\n  return eff_scor;\n}',
    rule: 'no-restricted-syntax',
  },
  {
    what: 'a comment over 120 columns',
    file: 'libs/clock/src/planted-width.ts',
    code: `/** ${'wide '.repeat(30)}*/\nexport const wide = true;`,
    rule: 'prose/plain-comments',
  },
  {
    what: 'a circle of files',
    file: 'libs/metrics/src/planted-a.ts',
    code: "import { b } from './planted-b.js';\nexport const a = (): number => b();",
    rule: 'import-x/no-cycle',
  },
  {
    what: 'the other half of the circle',
    file: 'libs/metrics/src/planted-b.ts',
    code: "import { a } from './planted-a.js';\nexport const b = (): number => a();",
    rule: 'import-x/no-cycle',
  },
];

describe('lint stops', () => {
  let repo: ScratchRepo;
  let rulesByFile: Map<string, (string | null)[]>;

  beforeAll(async () => {
    repo = await createScratchRepo();
    for (const { file, code } of planted) writeFileSync(join(repo.root, file), `${code}\n`);
    // The boundary rule reads the graph that Nx caches.
    expect(await repo.bin('nx', 'graph', '--file=tmp/graph.json')).toMatchObject({ code: 0 });
    writeFileSync(join(repo.root, 'untyped.mjs'), WITHOUT_TYPES);
    const files = planted.map(({ file }) => file);
    const { stdout, stderr } = await repo.bin('eslint', '--config', 'untyped.mjs', '--format=json', ...files);
    if (stdout === '') throw new Error(stderr);
    const results = JSON.parse(stdout) as LintResult[];
    rulesByFile = new Map(
      results.map(({ filePath, messages }) => [relative(repo.root, filePath), messages.map(({ ruleId }) => ruleId)]),
    );
  }, 180_000);
  afterAll(() => {
    repo.remove();
  });

  it('what the compiler would stop, where it is', async () => {
    writeFileSync(join(repo.root, WRONG_TYPE.file), `${WRONG_TYPE.code}\n`);
    const program = { extends: './tools/run/lint-all.tsconfig.json', include: [WRONG_TYPE.file] };
    writeFileSync(join(repo.root, 'types.tsconfig.json'), JSON.stringify(program));
    writeFileSync(join(repo.root, 'types.mjs'), TYPES_ALONE);
    const { stdout } = await repo.bin('eslint', '--config', 'types.mjs', '--format=json', WRONG_TYPE.file);
    const [result] = JSON.parse(stdout) as [{ messages: { line: number; message: string }[] }];
    expect(result.messages).toEqual([
      expect.objectContaining({ line: 2, message: "TS2322: Type 'string' is not assignable to type 'number'." }),
    ]);
  });

  it.each(planted)('$what', ({ file, rule }) => {
    expect(rulesByFile.get(file)).toContain(rule);
  });
});
