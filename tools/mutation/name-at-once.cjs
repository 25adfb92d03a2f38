const NAMED = new Set(['Survived', 'NoCoverage', 'Timeout']);

/** Prints a survivor, or a mutant that timed out, at once, so that an aborted run has reported something. */
class NameAtOnce {
  onMutantTested({ status, fileName, location, mutatorName, replacement }) {
    if (!NAMED.has(status)) return;
    console.log(`${fileName}:${location.start.line} ${mutatorName} ${status}: -> ${replacement}`);
  }
}
exports.strykerPlugins = [{ kind: 'Reporter', name: 'name-at-once', injectableClass: NameAtOnce }];
