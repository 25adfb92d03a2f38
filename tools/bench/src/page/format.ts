import type { Figure } from '../measure/report.js';
import type { Summary } from '../measure/stats.js';

export function number(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

/** Median, and the range if there is one. */
export const summary = ({ median, min, max, runs }: Summary): string =>
  runs.length > 1 ? `${number(median)} (${number(min)}..${number(max)})` : number(median);

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** One row per contestant: its figure, and the service's ratio to it. */
export function figureTable(found: Figure, reference: string, ratio: (name: string) => Summary | undefined): string {
  const { unit, byContestant } = found;
  const rows = Object.entries(byContestant).map(([name, own]) => {
    const compared = name === reference ? undefined : ratio(name);
    return [name, summary(own), compared ? summary(compared) : ''];
  });
  return table(['who', unit, `ratio ${reference} / who`], rows);
}
