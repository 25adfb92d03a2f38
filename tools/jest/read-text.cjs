const fs = require('node:fs');

/** Loads a file as its text, as the build does. Reads it itself: jest takes a first line `#!lua` away. */
module.exports = {
  process: (_text, file) => ({ code: `module.exports = ${JSON.stringify(fs.readFileSync(file, 'utf8'))};` }),
};
