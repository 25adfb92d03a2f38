const TestEnvironment = require('@stryker-mutator/jest-runner/jest-env/node');

/**
 * Skips the tests after one that failed: the mutant is found. Jest's own `bail` counts test files, and there is but one.
 */
module.exports = class extends TestEnvironment {
  #isFound = false;

  handleTestEvent({ name, test }) {
    if (name === 'test_done' && test.errors.length > 0) this.#isFound = true;
    if (name === 'test_start' && this.#isFound) test.mode = 'skip';
  }
};
