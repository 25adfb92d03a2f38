import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Stryker as StrykerRun } from '@stryker-mutator/core';
import { EQUIVALENTS } from './equivalents.js';
import { judge, render, type Mutant } from './report.js';

const root = resolve(__dirname, '..', '..', '..');
/** Lines of a file, as in `hint.ts:12-20`. */
const LINES = /:\d+-\d+$/;
/** A library's score must exceed this. */
const LEAST_SCORE = 0.9;

const isPure = (library: string): boolean =>
  existsSync(join(root, 'libs', library, 'project.json')) &&
  readFileSync(join(root, 'libs', library, 'project.json'), 'utf8').includes('"type:pure"');

function options(
  library: string,
  files: readonly string[],
  concurrency: number,
): NonNullable<ConstructorParameters<typeof StrykerRun>[0]> {
  const folder = `libs/${library}`;
  const jestConfig = createRequire(join(root, 'package.json'))(`./${folder}/jest.config.cjs`) as object;
  return {
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner', join(root, 'tools', 'mutation', 'name-at-once.cjs')],
    jest: {
      projectType: 'custom',
      enableFindRelatedTests: false,
      config: {
        ...jestConfig,
        rootDir: folder,
        roots: ['<rootDir>', '<rootDir>/../../tools/mutation'],
        testMatch: ['**/tools/mutation/all-tests.test.cjs'],
        globals: { LIBRARY: library, MUTATED: files.map((file) => basename(file.replace(LINES, ''), '.ts')) },
        testEnvironment: join(root, 'tools', 'mutation', 'stop-at-failure.cjs'),
        setupFiles: ['<rootDir>/../../tools/mutation/quick-properties.cjs'],
      },
    },
    mutate: [...files.map((file) => `${folder}/src/${file}`), '!**/*.test.ts', '!**/*.test-support.ts'],
    // Texts are checked by the vectors and by the generated docs.
    mutator: { excludedMutations: ['StringLiteral'] },
    ignorePatterns: ['/apps', '/docs', '/deploy', '/dist', '/.nx', '/tmp', '/.github'],
    coverageAnalysis: 'perTest',
    concurrency,
    // Beyond 1.5 times what the tests took: a busy machine must not pass for an endless loop.
    timeoutMS: 60_000,
    reporters: ['progress-append-only', 'name-at-once'],
    tempDirName: 'tmp/mutation',
    disableTypeChecks: false,
  };
}

async function run(library: string, files: readonly string[], concurrency: number): Promise<void> {
  const { Stryker } = await import('@stryker-mutator/core');
  const results = await new Stryker(options(library, files, concurrency)).runMutationTest();
  const mutants: Mutant[] = results.map((result) => ({ ...result, fileName: result.fileName.replace(`${root}/`, '') }));
  const linesOf = (file: string): string[] => readFileSync(join(root, file), 'utf8').split('\n');
  const isWhole = !files.some((file) => LINES.test(file));
  const known = EQUIVALENTS.filter(({ file, line }) =>
    mutants.some(
      ({ fileName, location }) =>
        fileName === file && (isWhole || linesOf(file)[location.start.line - 1]?.trim() === line),
    ),
  );
  const report = judge(mutants, linesOf, known);
  console.log(render(library, report));
  if (report.score <= LEAST_SCORE || report.unused.length > 0) process.exitCode = 1;
}

const { values } = parseArgs({
  options: {
    library: { type: 'string' },
    // Under src/ of the library, lines of one as `hint.ts:12-20`; all of them where none is given.
    file: { type: 'string', multiple: true, default: ['**/*.ts'] },
    concurrency: { type: 'string', default: '1' },
  },
});
const libraries = readdirSync(join(root, 'libs')).filter(isPure);
const { library = '' } = values;
if (libraries.includes(library)) {
  process.chdir(root);
  void run(library, values.file, Number(values.concurrency));
} else {
  console.error(`--library must be a pure library: ${libraries.join(', ')}; it was "${library}"`);
  process.exitCode = 1;
}
