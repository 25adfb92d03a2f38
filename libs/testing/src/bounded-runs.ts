import fc from 'fast-check';

/**
 * Parameters of a property that uses a real server: `numRuns` runs within `limitMs`, which is less than the test's own
 * limit. Shrinking a failure takes a thousand more runs. Without a limit of its own, a failure would only show that the
 * test took too long. A property that did not complete its runs within the limit fails.
 */
export function boundedRuns(numRuns: number, limitMs = 100_000) {
  return { numRuns, plugins: [fc.interruptAfterTimeLimit(limitMs, { failOnInterrupt: true })] };
}
