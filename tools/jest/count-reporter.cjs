const fs = require('node:fs');
const path = require('node:path');

/**
 * Leaves one small file a jest run in tmp/test-counts, so that `npm test` can end with the sum of what really ran.
 * A suite that could not even be loaded has no tests to count: it counts as one failure.
 */
module.exports = class CountReporter {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      failures: results.testResults.flatMap(({ testFilePath, testExecError, testResults }) => {
        const file = path.relative(path.join(__dirname, '..', '..'), testFilePath);
        const failed = testResults
          .filter(({ status }) => status === 'failed')
          .map(({ fullName }) => `${file}: ${fullName}`);
        return testExecError && failed.length === 0 ? [`${file}: could not be run`] : failed;
      }),
    };
    const folder = path.join(__dirname, '..', '..', 'tmp', 'test-counts');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, `jest-${process.pid}-${Date.now()}.json`), JSON.stringify(counts));
  }
};
