/**
 * All unit tests of a library as one test file: jest loads fast-check and zod once a mutant, not once a file. `LIBRARY` is
 * set by the run's jest configuration.
 */
const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const { describe } = require('@jest/globals');

const sources = join(__dirname, '..', '..', 'libs', LIBRARY, 'src');
for (const file of readdirSync(sources, { recursive: true }).sort()) {
  if (!file.endsWith('.unit.test.ts')) continue;
  describe(file, () => {
    require(join(sources, file));
  });
}
