/** What a check found. */
export interface Numbers {
  passed: number;
  /** Names of what failed. */
  failures: string[];
  skipped: number;
  /** Test files that failed, where the check runs files. */
  files: string[];
}

interface JestFile {
  name: string;
  status: string;
  assertionResults: { status: string; fullName: string }[];
}
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The numbers of jest's report, or of our own count file, which names nothing. */
export function numbersOf(text: string): Numbers {
  const report = JSON.parse(text) as { testResults: JestFile[] } | Counts;
  if ('testResults' in report) return sum(report.testResults.map(numbersOfFile));
  const { passed, failed, skipped } = report;
  return { passed, failures: Array.from({ length: failed }, (_, i) => `failure ${i + 1}`), skipped, files: [] };
}

/** A file that could not be run is a failure with its name. */
function numbersOfFile({ name, status, assertionResults }: JestFile): Numbers {
  const named = (wanted: string) => assertionResults.filter((one) => one.status === wanted);
  const failures = named('failed').map(({ fullName }) => fullName);
  if (status === 'failed' && failures.length === 0) failures.push(`${name} could not be run`);
  const passed = named('passed').length;
  const skipped = assertionResults.length - passed - named('failed').length;
  return { passed, failures, skipped, files: failures.length > 0 ? [name] : [] };
}

const sum = (all: readonly Numbers[]): Numbers => ({
  passed: all.reduce((total, { passed }) => total + passed, 0),
  failures: all.flatMap(({ failures }) => failures),
  skipped: all.reduce((total, { skipped }) => total + skipped, 0),
  files: all.flatMap(({ files }) => files),
});

/**
 * What both tries came to. The second ran the files that failed in the first, or everything where a check has no files.
 */
export function afterSecondTry(first: Numbers, second: Numbers): Numbers & { retried: number } {
  const retried = Math.max(0, first.failures.length - second.failures.length);
  if (first.files.length === 0) return { ...second, retried };
  return { ...second, passed: first.passed + retried, skipped: first.skipped, retried };
}
