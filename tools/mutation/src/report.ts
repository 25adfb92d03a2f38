import type { Equivalent } from './equivalents/equivalent.js';

/** A mutant in Stryker's result; only the fields that the report uses. */
export interface Mutant {
  fileName: string;
  mutatorName: string;
  status: string;
  replacement?: string | undefined;
  /** Lines and columns, from 1. */
  location: { start: { line: number; column: number }; end: { line: number; column: number } };
}

/** A mutant that the tests do not detect, with its source line. */
interface Survivor {
  mutant: Mutant;
  line: string;
  /** The replaced text, as far as it is on that line. */
  part: string;
}

export interface Report {
  /** Detected mutants as a fraction of all detectable ones, 0..1; 1 if there are none. */
  score: number;
  detected: number;
  /** Detected mutants whose tests did not end in time: an endless loop, or a survivor on a busy machine. */
  timedOut: readonly Survivor[];
  survivors: readonly Survivor[];
  /** Equivalent mutants that survived, or timed out on a busy machine: they count neither way. */
  equivalent: readonly Survivor[];
  /** Entries of the list of equivalents for this library that match no survivor. */
  unused: readonly Equivalent[];
}

const SURVIVED = ['Survived', 'NoCoverage'];
const REMARKS: Readonly<Record<string, string>> = { NoCoverage: ' (no test runs it)', Timeout: ' (timed out)' };

const matches = ({ mutant, line, part }: Survivor, entry: Equivalent): boolean =>
  mutant.fileName === entry.file &&
  line === entry.line &&
  part === entry.part &&
  mutant.replacement === entry.replacement;

/**
 * Evaluates the mutants of one library. `linesOf` gives a file's lines. `equivalents` are those of this library.
 * Mutants that do not compile or that were ignored are left out of the score.
 */
export function judge(
  mutants: readonly Mutant[],
  linesOf: (file: string) => readonly string[],
  equivalents: readonly Equivalent[],
): Report {
  const placed = (mutant: Mutant): Survivor => {
    const { start, end } = mutant.location;
    const line = linesOf(mutant.fileName)[start.line - 1] ?? '';
    const part = line.slice(start.column - 1, end.line === start.line ? end.column - 1 : undefined);
    return { mutant, line: line.trim(), part };
  };
  const withStatus = (...statuses: string[]): Survivor[] =>
    mutants.filter(({ status }) => statuses.includes(status)).map(placed);
  const isEquivalent = (survivor: Survivor): boolean => equivalents.some((entry) => matches(survivor, entry));
  const isOther = (survivor: Survivor): boolean => !isEquivalent(survivor);
  const undetected = withStatus(...SURVIVED);
  const slow = withStatus('Timeout');
  const survivors = undetected.filter(isOther);
  const timedOut = slow.filter(isOther);
  const detected = withStatus('Killed').length + timedOut.length;
  const counted = detected + survivors.length;
  const unkilled = [...undetected, ...slow];
  return {
    score: counted === 0 ? 1 : detected / counted,
    detected,
    timedOut,
    survivors,
    equivalent: unkilled.filter(isEquivalent),
    unused: equivalents.filter((entry) => !unkilled.some((survivor) => matches(survivor, entry))),
  };
}

/** The report as text: each survivor and each mutant that timed out with its place and text, then the score. */
export function render(library: string, report: Report): string {
  const { score, detected, timedOut, survivors, equivalent, unused } = report;
  const inTime = timedOut.length > 0 ? ` (${timedOut.length} of them timed out)` : '';
  const counts = `${detected} detected${inTime}, ${survivors.length} survived, ${equivalent.length} equivalent`;
  return [
    ...[...timedOut, ...survivors].map(({ mutant, line, part }) => {
      const { fileName, location, mutatorName, replacement, status } = mutant;
      const remark = REMARKS[status] ?? '';
      return `${fileName}:${location.start.line} ${mutatorName}${remark}\n  ${line}\n  ${part} -> ${replacement ?? ''}`;
    }),
    ...unused.map(({ file, line }) => `${file}: listed as equivalent, but no survivor matches: ${line}`),
    `${library}: score ${score.toFixed(3)} (${counts})`,
  ].join('\n');
}
