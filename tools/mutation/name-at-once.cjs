const NAMED = new Set(['Survived', 'NoCoverage', 'Timeout']);

/** Names a survivor, or a mutant that timed out, as soon as it is known: a run that is cut off has said something. */
class NameAtOnce {
  onMutantTested({ status, fileName, location, mutatorName, replacement }) {
    if (!NAMED.has(status)) return;
    console.log(`${fileName}:${location.start.line} ${mutatorName} ${status}: -> ${replacement}`);
  }
}
exports.strykerPlugins = [{ kind: 'Reporter', name: 'name-at-once', injectableClass: NameAtOnce }];
