const { join } = require('node:path');
const { reporters, testTimeout } = require('./preset.cjs');

/**
 * All projects in one run, as `npm test` needs it: the workers share the test files of all projects, so no core idles
 * while one long project ends. Jest ignores these two settings of the projects in such a run, hence they are repeated.
 */
module.exports = {
  rootDir: join(__dirname, '..', '..'),
  projects: ['<rootDir>/{apps,libs,tools}/*/jest.config.cjs'],
  reporters,
  testTimeout,
  testSequencer: join(__dirname, 'int-first.cjs'),
};
