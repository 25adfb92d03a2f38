import { basename } from 'node:path';
import type { Bucket, Figure, VerdictLine } from '@quantum/shadow-evidence';
import { groupsOf, hoursText, looksText, valueText, verdictText, windowText, type Report } from '../text.js';

export interface PageAssets {
  scripts: readonly string[];
  styles: readonly string[];
}

/** What the charts are drawn from. */
export interface ChartData {
  buckets: readonly Bucket[];
  multipliers: readonly (readonly [middle: number, count: number])[];
  /** After costs, from row to row of prices; undefined without prices. */
  earned: { at: number[]; base: number[]; proposed: number[] } | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
/** JSON that cannot end the script element in which it stands. */
const embedded = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/** The report as one page that loads nothing from anywhere: its policy forbids it. */
export function reportHtml(report: Report, data: ChartData, { scripts, styles }: PageAssets): string {
  const { verdict, recording, window, coveredHours, lines, figures } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`${verdict}: shadow run`)}</title>
${styles.map((style) => `<style>${style}</style>`).join('\n')}
</head>
<body>
<h1>Shadow run: <span class="${verdict}">${escaped(verdictText(report))}</span></h1>
<p class="sub">${escaped(`${basename(recording)}, ${windowText(window)}, ${coveredHours.toFixed(2)}\u00a0h of it covered by proposals`)}</p>
${report.looks ? `<p class="sub">${escaped(looksText(report.looks))}</p>\n` : ''}<h2>Thresholds</h2>
${tableOf(['figure', 'value', 'threshold', 'sample', 'verdict'], lines.map(lineCells))}
${chart('reasons', 'Shares of proposals without an efficiency that counts')}
${chart('sums', 'Sum of the proposals against the sum of the bases')}
${chart('multipliers', 'Distribution of multipliers')}
${data.earned ? chart('earned', 'Earned at these prices, after costs, USD') : ''}
${[...groupsOf(figures)].map(([title, members]) => `<h2>${escaped(title)}</h2>\n<p class="sub">${windowText(members[0]?.window ?? window)}</p>\n${figureTable(members)}`).join('\n')}
<script type="application/json" id="data">${embedded(data)}</script>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`;
}

const chart = (name: string, title: string): string => `<h2>${title}</h2>\n<div data-chart="${name}"></div>`;

interface Cell {
  text: string;
  className?: string;
}

const figureTable = (figures: readonly Figure[]): string =>
  tableOf(
    ['figure', 'value', 'sample', 'note'],
    figures.map((figure) => [
      { text: figure.label },
      { text: valueText(figure), className: 'number' },
      { text: `${figure.n.toLocaleString('en-US')} ${figure.of}` },
      { text: figure.note ?? '' },
    ]),
  );

const lineCells = ({ id, figure, threshold, status, missing }: VerdictLine): Cell[] => [
  { text: id },
  { text: valueText(figure), className: 'number' },
  { text: threshold },
  { text: figure ? `${figure.n.toLocaleString('en-US')} ${figure.of}, ${hoursText(figure.window)}` : '' },
  { text: missing === undefined ? status : `${status}: ${missing}`, className: status },
];

const tableOf = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  `<div class="table"><table><thead><tr>${head.map((text) => `<th>${text}</th>`).join('')}</tr></thead><tbody>
${rows.map((cells) => `<tr>${cells.map(cellOf).join('')}</tr>`).join('\n')}
</tbody></table></div>`;

const cellOf = ({ text, className }: Cell): string =>
  `<td${className === undefined ? '' : ` class="${className}"`}>${escaped(text)}</td>`;
