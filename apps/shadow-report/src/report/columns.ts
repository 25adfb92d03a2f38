import { styleText } from 'node:util';

export interface TerminalWidth {
  /** Columns. */
  width: number;
  colour: boolean;
}

export type Tone = 'good' | 'bad' | 'open' | 'quiet' | 'strong';
const STYLES = { good: 'green', bad: ['bold', 'red'], open: 'yellow', quiet: 'dim', strong: 'bold' } as const;

/** A text in a tone, where there are colours. */
export const toned = (text: string, tone: Tone | undefined, { colour }: TerminalWidth): string =>
  !colour || tone === undefined || text === ''
    ? text
    : styleText([STYLES[tone]].flat(), text, { validateStream: false });

export interface Column {
  head: string;
  align: 'left' | 'right';
}

export interface Row {
  cells: readonly string[];
  /** Of the last cell. */
  tone?: Tone | undefined;
  /** Lines of their own below the row; one that the next row has too is printed there. */
  notes?: readonly (string | undefined)[];
}

const GAP = '  ';
const LEAST_LABEL = 20;
/** Columns without a terminal, and the fewest and most that are used. */
const WIDTHS = { none: 100, least: 72, most: 120 };

/** Words in lines of at most this many characters; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A text with its later lines indented. */
export const hanging = (text: string, width: number, indent = ''): string =>
  wrapped(text, width - indent.length).join(`\n${indent}`);

/** Rows in columns without borders. The first column and the last wrap, the others are as wide as their texts. */
export function columnsText(columns: readonly Column[], rows: readonly Row[], terminal: TerminalWidth): string {
  const widths = widthsOf(columns, rows, terminal.width);
  const rowText = (cells: readonly string[], tone?: Tone): string[] => {
    const parts = cells.map((cell, i) => wrapped(cell, widths[i] ?? 0));
    const height = Math.max(...parts.map((part) => part.length));
    return Array.from({ length: height }, (_, y) =>
      parts
        .map((part, i) => {
          const text = part[y] ?? '';
          const padding = ' '.repeat(Math.max(0, (widths[i] ?? 0) - text.length));
          const shown = toned(text, i === cells.length - 1 ? tone : undefined, terminal);
          return columns[i]?.align === 'right' ? padding + shown : shown + padding;
        })
        .join(GAP)
        .trimEnd(),
    );
  };
  const noteText = ({ notes = [] }: Row, next: Row | undefined): string[] =>
    notes
      .filter((note) => note !== undefined && !next?.notes?.includes(note))
      .flatMap((note = '') => wrapped(note, terminal.width - 4))
      .map((line) => toned(`    ${line}`, 'quiet', terminal));
  const heads = rowText(columns.map(({ head }) => head));
  return [
    ...heads.map((line) => toned(line, 'quiet', terminal)),
    ...rows.flatMap((row, i) => [...rowText(row.cells, row.tone), ...noteText(row, rows[i + 1])]),
  ].join('\n');
}

function widthsOf(columns: readonly Column[], rows: readonly Row[], width: number): number[] {
  const natural = columns.map(({ head }, i) =>
    Math.max(head.length, ...rows.map(({ cells }) => cells[i]?.length ?? 0)),
  );
  const last = natural.length - 1;
  const fixed = natural.slice(1, last).reduce((sum, one) => sum + one, 0) + GAP.length * last;
  const [label = 0, end = 0] = [natural[0], natural[last]];
  const free = width - fixed;
  if (label + end <= free) return natural;
  const labelWidth = Math.max(LEAST_LABEL, Math.min(label, Math.max(free - end, Math.floor(free * 0.6))));
  return [labelWidth, ...natural.slice(1, last), Math.max(8, free - labelWidth)];
}

/** The terminal that standard output is; 100 columns and no colours where it is none. */
export function terminalOf(
  out: { columns?: number; isTTY?: boolean; hasColors?: () => boolean },
  env: Readonly<Record<string, string | undefined>>,
): TerminalWidth {
  const width = out.columns ?? (Number(env['COLUMNS']) || WIDTHS.none);
  // https://no-color.org: any value but the empty one.
  const colour = (env['NO_COLOR'] ?? '') === '' && out.isTTY === true && out.hasColors?.() === true;
  return { width: Math.min(WIDTHS.most, Math.max(WIDTHS.least, width)), colour };
}
