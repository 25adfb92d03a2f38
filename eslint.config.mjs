import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { plainComments } from './tools/run/plain-comments.mjs';

/** The two tag axes; CONTRIBUTING.md shows them as a table. A project must satisfy a row of each axis. */
const boundaries = [
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:service', 'type:pure', 'type:testing'] },
  { sourceTag: 'type:service', onlyDependOnLibsWithTags: ['type:service', 'type:pure', 'type:testing'] },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:testing', 'type:service', 'type:pure'] },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:tool', 'type:service', 'type:pure', 'type:testing'] },
  {
    sourceTag: 'type:pure',
    onlyDependOnLibsWithTags: ['type:pure'],
    bannedExternalImports: ['ioredis', 'pino', 'prom-client', 'commander'],
  },
  { sourceTag: 'team:platform', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'team:dashboard', onlyDependOnLibsWithTags: ['team:dashboard', 'team:platform'] },
  { sourceTag: 'team:allocation', onlyDependOnLibsWithTags: ['team:allocation', 'team:dashboard', 'team:platform'] },
  {
    sourceTag: 'team:governor',
    onlyDependOnLibsWithTags: ['team:governor', 'team:allocation', 'team:dashboard', 'team:platform'],
  },
  { sourceTag: 'team:apply-layer', onlyDependOnLibsWithTags: ['team:apply-layer', 'team:platform'] },
];

const deepImports = {
  group: ['@quantum/*/*', '**/libs/*/src/**'],
  message: "Import a library by its name: what its index does not export is the owner's to change.",
};
const testSupport = {
  group: ['@quantum/testing', '@quantum/test-fixtures', '@quantum/generators'],
  message: 'Test support stays in *.test.ts and *.test-support.ts files.',
};
const testbed = {
  group: ['@quantum/testbed', '@quantum/rollout-testbed'],
  message: 'The test bed is for tools, the proof runner and tests: no service starts other processes.',
};
const foldersIn = (folder) => readdirSync(join(import.meta.dirname, folder));
const apps = {
  group: foldersIn('apps').map((app) => `@quantum/${app}`),
  message: 'Nothing imports an app: what two need belongs into a library.',
};
// The boundary rule's bannedExternalImports do not see what node brings along.
const nodeModules = { group: ['node:*'], message: 'A pure library does no I/O.' };

// fast-check spreads these over bit patterns: hardly any of the values of 0..1 lie between 0.01 and 0.99.
const BIT_PATTERNS = '/^(double|float|float32Array|float64Array)$/';
const unevenNumbers = {
  message:
    'Bounded fc.double and fc.float are even over bit patterns, not over values. ' +
    'Take uniform, logUniform, score, usd or another generator of @quantum/generators.',
};

// A misspelt name reads as absent. In the codec (libs/decisions/src/plan/inputs) the compiler knows the names.
const inputsByName = [
  'MemberExpression[property.type="Literal"]:matches([object.name="inputs"], [object.property.name="inputs"])',
  'VariableDeclarator[init.property.name="inputs"] > ObjectPattern',
].map((selector) => ({
  selector,
  message: 'Take a reader of @quantum/decisions: its codec alone knows the inputs of a record by name.',
}));

const TAKE_THE_CLOCK = 'Take systemClock of @quantum/clock, or better a Clock from the caller.';
/** The clock itself, and what runs beside services to test them. */
const withClocks = ['clock', 'private-redis', 'testbed', 'rollout-testbed', 'testing'].map(
  (library) => `libs/${library}/**/*.ts`,
);

const projectJson = (library) => readFileSync(join(import.meta.dirname, 'libs', library, 'project.json'), 'utf8');
const pureSources = foldersIn('libs')
  .filter((library) => projectJson(library).includes('"type:pure"'))
  .map((library) => `libs/${library}/**/*.ts`);

export default tseslint.config(
  { ignores: ['**/dist', '**/out-tsc', '**/node_modules', '.nx', 'tmp'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, prettier],
    plugins: { '@nx': nx, 'import-x': importX, prose: { rules: { 'plain-comments': plainComments } } },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createTypeScriptImportResolver({ noWarnOnMultipleProjects: true })],
    },
    rules: {
      'prose/plain-comments': 'error',
      '@nx/enforce-module-boundaries': ['error', { depConstraints: boundaries, banTransitiveDependencies: false }],
      // Reading the declarations of third-party packages took a third of the time of all rules.
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [deepImports, apps, testSupport, testbed] }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', 200],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      // No enum is declared here, and the rule was a tenth of lint's time.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // A number in a message is what most messages are for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  {
    files: ['tools/**/*.ts', 'apps/proof-runner/**/*.ts', 'libs/rollout-testbed/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [deepImports, apps, testSupport] }],
    },
  },
  {
    files: ['libs/testing/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [deepImports, apps] }] },
  },
  {
    files: ['**/*.test.ts', '**/*.test-support.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [deepImports, apps] }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      'import-x/no-cycle': 'off', // only tests import these
      'max-lines': 'off',
      'max-lines-per-function': 'off',
    },
  },
  {
    files: ['**/*.test.ts', '**/*.test-support.ts'],
    ignores: ['libs/generators/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: `CallExpression[callee.property.name=${BIT_PATTERNS}] > ObjectExpression > Property[key.name=/^(min|max)$/]`,
          ...unevenNumbers,
        },
        {
          selector: `ImportDeclaration[source.value='fast-check'] > ImportSpecifier[imported.name=${BIT_PATTERNS}]`,
          ...unevenNumbers,
        },
      ],
    },
  },
  {
    // Time comes from the one Clock, so that a test can move it.
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.test-support.ts', ...withClocks],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[object.name='Date'][property.name='now']", message: TAKE_THE_CLOCK },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: TAKE_THE_CLOCK },
        { selector: "MemberExpression[object.name='performance']", message: TAKE_THE_CLOCK },
        { selector: "MemberExpression[object.name='process'][property.name='hrtime']", message: TAKE_THE_CLOCK },
        ...inputsByName,
      ],
    },
  },
  {
    // A pure library reads no clock, no environment, no randomness: time is an argument.
    files: pureSources,
    ignores: ['**/*.test.ts', '**/*.test-support.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [deepImports, apps, testSupport, testbed, nodeModules] },
      ],
      'no-restricted-globals': ['error', 'process', 'performance', 'crypto', 'setTimeout', 'setInterval', 'fetch'],
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'Time is an argument.' },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is an argument.' },
        { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'No randomness here.' },
        ...inputsByName,
      ],
    },
  },
  {
    // The pure decisions know the contract by its types alone.
    files: ['libs/efficiency-policy/**/*.ts', 'libs/risk-gates/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.test-support.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            deepImports,
            apps,
            testSupport,
            nodeModules,
            { group: ['@quantum/redis-schemas'], message: 'Types only.', allowTypeImports: true },
          ],
        },
      ],
    },
  },
);
