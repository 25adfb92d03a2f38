/**
 * All unit tests of a library as one test file: jest loads fast-check and zod once per mutant, not once per file. The
 * tests next to the mutated files come first, so that a mutant is detected sooner. The run's jest configuration sets
 * `LIBRARY` and `MUTATED` (names of files without an extension).
 */
const { readdirSync } = require('node:fs');
const { basename, join } = require('node:path');
const { describe } = require('@jest/globals');

const sources = join(__dirname, '..', '..', 'libs', LIBRARY, 'src');
const files = readdirSync(sources, { recursive: true }).filter((file) => file.endsWith('.unit.test.ts'));
const isBeside = (file) => MUTATED.includes(basename(file, '.unit.test.ts'));
for (const file of files.sort((a, b) => isBeside(b) - isBeside(a) || (a < b ? -1 : 1))) {
  describe(file, () => {
    require(join(sources, file));
  });
}
