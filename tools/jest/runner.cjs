const { AsyncLocalStorage } = require('node:async_hooks');
const { default: runTestFile } = require('jest-circus/runner');

/**
 * jest-circus, which uses an AsyncLocalStorage for each test file and leaves it on. Before Node 24, each promise pays
 * for all of them (findings/jest-files-slow-later-promises.sh).
 */
module.exports = async (...args) => {
  const { run } = AsyncLocalStorage.prototype;
  const used = new Set();
  AsyncLocalStorage.prototype.run = function (...given) {
    used.add(this);
    return run.apply(this, given);
  };
  try {
    return await runTestFile(...args);
  } finally {
    AsyncLocalStorage.prototype.run = run;
    for (const storage of used) storage.disable();
  }
};
