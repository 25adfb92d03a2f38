/**
 * Properties in a mutation run: one second each at most, and no shrinking. Only detection of a mutant counts, not the
 * counterexample. With all runs and shrinking, a library takes hours.
 */
require('fast-check').configureGlobal({ interruptAfterTimeLimit: 1000, endOnFailure: true });
