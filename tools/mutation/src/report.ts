import type { Equivalent } from './equivalents.js';

/** What a mutation run says of one mutant; a part of Stryker's result. */
export interface Mutant {
  /** Path from the root. */
  fileName: string;
  mutatorName: string;
  status: string;
  replacement?: string | undefined;
  location: { start: { line: number } };
}

/** A mutant that the tests let pass, with its line as it is in the source. */
export interface Survivor {
  mutant: Mutant;
  line: string;
}

export interface Report {
  /** Detected mutants of all that could be, 0..1; 1 where there are none. */
  score: number;
  detected: number;
  survivors: readonly Survivor[];
  /** Survivors that are equivalent: they count neither way. */
  equivalent: readonly Survivor[];
  /** Entries of the list of equivalents for this library that no survivor matches. */
  unused: readonly Equivalent[];
}

const DETECTED = new Set(['Killed', 'Timeout']);
const SURVIVED = new Set(['Survived', 'NoCoverage']);

const matches = ({ mutant, line }: Survivor, entry: Equivalent): boolean =>
  mutant.fileName === entry.file && line === entry.line && mutant.replacement === entry.replacement;

/**
 * Judges the mutants of one library. `linesOf` gives a file's lines. `equivalents` are those of this library. Mutants that do
 * not compile or that were ignored count neither way.
 */
export function judge(
  mutants: readonly Mutant[],
  linesOf: (file: string) => readonly string[],
  equivalents: readonly Equivalent[],
): Report {
  const survived = mutants
    .filter(({ status }) => SURVIVED.has(status))
    .map((mutant) => ({ mutant, line: (linesOf(mutant.fileName)[mutant.location.start.line - 1] ?? '').trim() }));
  const isEquivalent = (survivor: Survivor): boolean => equivalents.some((entry) => matches(survivor, entry));
  const survivors = survived.filter((survivor) => !isEquivalent(survivor));
  const detected = mutants.filter(({ status }) => DETECTED.has(status)).length;
  const counted = detected + survivors.length;
  return {
    score: counted === 0 ? 1 : detected / counted,
    detected,
    survivors,
    equivalent: survived.filter(isEquivalent),
    unused: equivalents.filter((entry) => !survived.some((survivor) => matches(survivor, entry))),
  };
}

/** The report as text: each survivor with its place, line and replacement, then the score. */
export function render(library: string, report: Report): string {
  const { score, detected, survivors, equivalent, unused } = report;
  const counts = `${detected} detected, ${survivors.length} survived, ${equivalent.length} equivalent`;
  return [
    ...survivors.map(({ mutant, line }) => {
      const { fileName, location, mutatorName, replacement, status } = mutant;
      const uncovered = status === 'NoCoverage' ? ' (no test runs it)' : '';
      return `${fileName}:${location.start.line} ${mutatorName}${uncovered}\n  ${line}\n  -> ${replacement ?? ''}`;
    }),
    ...unused.map(({ file, line }) => `${file}: listed as equivalent, but no survivor matches: ${line}`),
    `${library}: score ${score.toFixed(3)} (${counts})`,
  ].join('\n');
}
