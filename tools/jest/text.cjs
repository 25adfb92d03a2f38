const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');

/** Loads a file as its text, as the build does. It reads the file: of what jest hands on, a first line `#!lua` is gone. */
module.exports = {
  process: (_text, path) => ({ code: `module.exports = ${JSON.stringify(readFileSync(path, 'utf8'))};` }),
  getCacheKey: (_text, path) =>
    createHash('sha1').update(`whole file ${path}\n`).update(readFileSync(path)).digest('hex'),
};
