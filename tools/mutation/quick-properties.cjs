/**
 * Properties in a mutation run: one second each at most, and no shrinking. Whether a mutant is found counts, not by what;
 * with all runs and shrinking, a library takes hours.
 */
require('fast-check').configureGlobal({ interruptAfterTimeLimit: 1000, endOnFailure: true });
