const path = require('node:path');

/**
 * What every project's jest.config.cjs shares: swc to CommonJS, a resolver that knows workspace packages, honest
 * counts.
 */
module.exports = {
  testEnvironment: 'node',
  testRunner: path.join(__dirname, 'runner.cjs'),
  // Jest's vm intercepts each use of a global. These are handed to every module instead: a third less CPU time for much
  // arithmetic. Not Date and timers, which tests replace.
  sandboxInjectedGlobals: ['Array', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Set', 'String'],
  // Tests wait for events; this only bounds a wait in vain, also on a machine that is busy with other things.
  testTimeout: 120_000,
  testMatch: ['<rootDir>/src/**/*.test.ts'],
  resolver: '@nx/jest/plugins/resolver',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^\\.\\./locales/index\\.cjs$': path.join(__dirname, 'no-languages.cjs'),
  },
  transform: {
    '\\.lua$': path.join(__dirname, 'read-text.cjs'),
    '\\.[cm]?ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  reporters: ['default', path.join(__dirname, 'count-reporter.cjs')],
};
