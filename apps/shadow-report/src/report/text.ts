import {
  intervalText,
  sampleText,
  valueText,
  type Figure,
  type Verdict,
  type VerdictLine,
} from '@quantum/shadow-evidence';
import { columnsText, hanging, toned, type Column, type Row, type TerminalWidth, type Tone } from './columns.js';
import { headlineOf, lineLimit, lineValue } from './headline.js';
import {
  groupsOf,
  inOrder,
  looksText,
  otherWindow,
  sharedNote,
  STATUS_TEXT,
  warningsOf,
  windowText,
  type Report,
} from './report.js';

const TONES: Readonly<Record<VerdictLine['status'] | Verdict['verdict'], Tone>> = {
  PASS: 'good', READY: 'good', FAIL: 'bad', NOT_READY: 'bad', INSUFFICIENT_DATA: 'open',
}; // prettier-ignore
/** From this many columns on the thresholds name their samples; the tables below always do. */
const WIDE = 110;

/** The report for a terminal: what decides first, every figure after it, the verdict as one word at the end. */
export function reportText(report: Report, terminal: TerminalWidth): string {
  const { recording, window, lines, figures, looks } = report;
  const { verdict, facts } = headlineOf(report);
  const title = (text: string): string => toned(text, 'strong', terminal);
  const note = (text: string): string => hanging(text, terminal.width);
  return [
    toned(note(verdict), TONES[report.verdict], terminal),
    ...facts.map(([term, text]) => hanging(`${term}: ${text}`, terminal.width, '  ')),
    hanging(`Recording: ${recording}, ${windowText(window)}`, terminal.width, '  '),
    ...warningsOf(report).map(note),
    ...(lines.length === 0 ? [] : ['', title('Thresholds'), thresholdsText(inOrder(lines), terminal)]),
    ...(looks ? ['', note(looksText(looks))] : []),
    ...[...groupsOf(figures)].flatMap(([name, members]) => {
      const shared = sharedNote(members);
      return [
        '',
        title(name) + otherWindow(members, report) + (shared === undefined ? '' : ` (${shared})`),
        columnsText(
          FIGURE_COLUMNS,
          members.map((figure) => figureRow(figure, shared)),
          terminal,
        ),
      ];
    }),
    '',
    toned(verdictText(report), TONES[report.verdict], terminal),
    '',
  ].join('\n');
}

/** The verdict in a line for scripts, with what it assumes. */
export const verdictText = ({ verdict, assumed }: Verdict): string =>
  assumed === undefined ? verdict : `${verdict} (${assumed})`;

function thresholdsText(lines: readonly VerdictLine[], terminal: TerminalWidth): string {
  const isWide = terminal.width >= WIDE;
  const columns: Column[] = [
    { head: 'Figure', align: 'left' },
    { head: 'Measured', align: 'right' },
    { head: 'Limit', align: 'right' },
    ...(isWide ? [{ head: 'Sample', align: 'right' } as const] : []),
    { head: 'Verdict', align: 'left' },
  ];
  const row = (line: VerdictLine): Row => {
    const sample = line.figure ? sampleText(line.figure) : 'none';
    const cells = [line.label, lineValue(line), lineLimit(line), ...(isWide ? [sample] : []), STATUS_TEXT[line.status]];
    return { cells, tone: TONES[line.status], notes: [line.figure && intervalText(line.figure)] };
  };
  return columnsText(columns, lines.map(row), terminal);
}

const FIGURE_COLUMNS: readonly Column[] = [
  { head: 'Figure', align: 'left' },
  { head: 'Measured', align: 'right' },
  { head: 'Sample', align: 'left' },
];

const figureRow = (figure: Figure, shared: string | undefined): Row => ({
  cells: [figure.label, valueText(figure.value, figure.unit), sampleText(figure)],
  notes: [intervalText(figure), figure.note === shared ? undefined : figure.note],
});
