import Table from 'cli-table3';
import type { Check } from './proofs/proof.js';
import { countResults, type Result, type Status } from './result.js';

const WIDTH = 98;
const COLUMNS = [30, 9, 0, 8] as const;
/** Width that remains after the two spaces before each column. */
const SEEN_WIDTH = WIDTH - COLUMNS[0] - COLUMNS[1] - COLUMNS[3];
/** Maximum failed checks shown per proof: further ones most likely have the same cause. */
const SHOWN_CHECKS = 4;
const SHOWN_VALUE = 400;

const COLORS: Record<Status, number> = { pass: 32, fail: 31, skipped: 33, 'not run': 33 };
const paint = (text: string, status: Status, colour: boolean): string =>
  colour ? `\u001b[${COLORS[status]}m${text}\u001b[0m` : text;

/** The report for people: a table, then the summary with commands to investigate. Fits 100 columns. */
export function renderReport(results: readonly Result[], colour: boolean, logs = ''): string {
  return [renderTable(results, colour), ...untriedLines(results), '', ...summaryLines(results, colour, logs), ''].join(
    '\n',
  );
}

function renderTable(results: readonly Result[], colour: boolean): string {
  const borders = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
  const lines = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'];
  const table = new Table({
    head: ['PROOF', 'RESULT', 'EXPECTED AND GOT', 'MS'],
    colWidths: [COLUMNS[0], COLUMNS[1], SEEN_WIDTH, COLUMNS[3]],
    colAligns: ['left', 'left', 'left', 'right'],
    chars: Object.fromEntries([...borders, ...lines].map((name) => [name, ''])),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
  });
  for (const result of results) {
    const { name, status, ms } = result;
    table.push([name, paint(status.toUpperCase(), status, colour), seenOf(result), ms > 0 ? String(ms) : '']);
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** One line per result: for a pass its first checks, the second if it fits; for a failure the first failed one. */
export function seenOf({ status, checks, reason }: Result): string {
  if (status !== 'pass' && status !== 'fail') return reason;
  const failed = checks.find(({ ok }) => !ok);
  if (failed) return `${failed.what}: expected ${failed.expected}, got ${failed.got}`;
  if (status === 'fail') return reason;
  const [first = '', second] = checks.map(({ what, got }) => `${what} ${got}`);
  const both = second === undefined ? first : `${first}, ${second}`;
  return both.length < SEEN_WIDTH ? both : first;
}

function untriedLines(results: readonly Result[]): string[] {
  const lines = (['skipped', 'not run'] as const).flatMap((status) => {
    const those = results.filter((result) => result.status === status);
    const reasons = [...new Set(those.map(({ reason }) => reason))];
    return reasons.map((reason) => {
      const names = those.filter((result) => result.reason === reason).map(({ name }) => name);
      return `${names.length} ${status}: ${names.join(', ')}\n  because ${reason}`;
    });
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

function summaryLines(results: readonly Result[], colour: boolean, logs: string): string[] {
  const { fail, 'not run': notRun } = countResults(results);
  if (fail > 0) {
    const failures = results.filter(({ status }) => status === 'fail');
    return [
      paint(`SUMMARY: FAIL (${fail} of ${results.length} failed)`, 'fail', colour),
      ...failures.flatMap(failureLines),
      ...furtherLines(failures),
      ...(logs === '' ? [] : ['', 'The last lines of the services that were started for this run:', logs]),
    ];
  }
  if (notRun > 0) return [paint(`SUMMARY: COULD NOT RUN (${notRun} of ${results.length} not run)`, 'not run', colour)];
  return [paint('SUMMARY: PASS (all tests passed)', 'pass', colour)];
}

function failureLines({ name, title, checks, reason }: Result): string[] {
  const failed = checks.filter(({ ok }) => !ok);
  const more = failed.length - SHOWN_CHECKS;
  return [
    '',
    `  ${name}: ${title}`,
    ...(reason === '' ? [] : [`    ${shorten(reason)}`]),
    ...failed.slice(0, SHOWN_CHECKS).flatMap(checkLines),
    ...(more > 0 ? [`    and ${more} more that do not hold`] : []),
  ];
}

const checkLines = ({ what, expected, got }: Check): string[] => [
  `    ${what}`,
  `      expected  ${shorten(expected)}`,
  `      got       ${shorten(got)}`,
];

/** All failures of a step share the same commands, so these are shown once. */
function furtherLines(failures: readonly Result[]): string[] {
  const commands = [...new Set(failures.flatMap((failure) => failure.commands))];
  return [
    '',
    '  Expected values are those of the default P31_* parameters; a service that runs with others is',
    '  proven by setting the same variables here (see --help).',
    ...(commands.length === 0 ? [] : ['  To look further:', ...commands.map((command) => `    ${command}`)]),
  ];
}

const shorten = (text: string): string =>
  text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}... (${text.length} characters)` : text;

export function renderJson(results: readonly Result[], durationMs: number): string {
  const { pass, fail, skipped, 'not run': notRun } = countResults(results);
  const summary = fail > 0 ? 'FAIL' : notRun > 0 ? 'COULD NOT RUN' : 'PASS';
  const counts = { passed: pass, failed: fail, skipped, notRun };
  return `${JSON.stringify({ summary, ...counts, durationMs: Math.round(durationMs), proofs: results }, null, 2)}\n`;
}

/** The counts that `npm test` sums. A proof that could not run has not passed. */
export function renderCounts(results: readonly Result[]): string {
  const { pass, fail, skipped, 'not run': notRun } = countResults(results);
  return `${JSON.stringify({ passed: pass, failed: fail + notRun, skipped })}\n`;
}
