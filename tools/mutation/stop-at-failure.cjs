const TestEnvironment = require('@stryker-mutator/jest-runner/jest-env/node');

/**
 * Skips the tests after a failed one: the mutant is detected. Jest's own `bail` counts files, and there is only one.
 */
module.exports = class extends TestEnvironment {
  #isFound = false;

  handleTestEvent({ name, test }) {
    if (name === 'test_done' && test.errors.length > 0) this.#isFound = true;
    if (name === 'test_start' && this.#isFound) test.mode = 'skip';
  }
};
