import fc from 'fast-check';

/**
 * Parameters of a property that talks to a real server: `numRuns` runs within `limitMs`, which is less than the test's own
 * limit. Shrinking a failure takes a thousand runs more; without a limit of its own, what is left of a failure is that the
 * test took too long. A property that did not do its runs within the limit fails.
 */
export function boundedRuns(numRuns: number, limitMs = 25_000) {
  return { numRuns, plugins: [fc.interruptAfterTimeLimit(limitMs, { failOnInterrupt: true })] };
}
