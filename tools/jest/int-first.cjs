const { default: Sequencer } = require('@jest/test-sequencer');

const isInt = ({ path }) => path.endsWith('.int.test.ts');

/** Integration tests first: they take up to a minute a file. The short unit tests then fill the workers to the end. */
module.exports = class IntFirst extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    return [...sorted.filter(isInt), ...sorted.filter((test) => !isInt(test))];
  }
};
