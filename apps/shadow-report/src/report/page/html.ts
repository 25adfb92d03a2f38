import { basename } from 'node:path';
import { intervalText, sampleText, valueText, type Figure, type VerdictLine } from '@quantum/shadow-evidence';
import { headlineOf, lineLimit, lineValue } from '../headline.js';
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
} from '../report.js';
import { chartHtml } from './chart-html.js';
import { chartsOf } from './charts.js';
import { markup, tableOf, type Cell } from './markup.js';

/** The report as one page that loads and runs nothing: its policy forbids both. */
export function reportHtml(report: Report, style: string): string {
  const { recording, window, lines, figures, looks, verdict } = report;
  const headline = headlineOf(report);
  const [state, rest] = splitAt(headline.verdict, ':');
  const facts = [...headline.facts, ['Recording', `${basename(recording)}, ${windowText(window)}`] as const];
  const remarks = [...warningsOf(report), ...(looks ? [looksText(looks)] : [])];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${markup(headline.verdict)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header class="${verdict}">
<p class="sub">Shadow run</p>
<h1><span class="state">${markup(state)}</span>${markup(rest)}</h1>
<dl>
${facts.map(([term, text]) => `<div><dt>${markup(term)}</dt><dd>${markup(text)}</dd></div>`).join('\n')}
</dl>
${remarks.map((text) => `<p class="sub">${markup(text)}</p>`).join('\n')}
</header>
${lines.length === 0 ? '' : `<section>\n<h2>Thresholds</h2>\n${thresholdTable(inOrder(lines))}\n</section>`}
${chartsOf(report).map(chartHtml).join('\n')}
${[...groupsOf(figures)].map(([title, members]) => groupHtml(title, members, report)).join('\n')}
</main>
</body>
</html>
`;
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

function groupHtml(title: string, members: readonly Figure[], report: Report): string {
  const shared = sharedNote(members);
  const cells = (figure: Figure): Cell[] => [
    { text: figure.label, small: figure.note === shared ? undefined : figure.note },
    { text: valueText(figure.value, figure.unit), small: intervalText(figure), className: 'number' },
    { text: sampleText(figure) },
  ];
  return `<section>
<h2>${markup(title)}${markup(otherWindow(members, report))}</h2>
${shared === undefined ? '' : `<p class="sub">${markup(shared)}</p>\n`}${tableOf(['Figure', 'Measured', 'Sample'], members.map(cells), { caption: title, hidesCaption: true, className: 'figures' })}
</section>`;
}

const thresholdTable = (lines: readonly VerdictLine[]): string =>
  tableOf(['Figure', 'Measured', 'Limit', 'Verdict'], lines.map(lineCells), {
    caption: 'Thresholds, what decides first',
    hidesCaption: true,
    className: 'thresholds',
  });

const lineCells = (line: VerdictLine): Cell[] => [
  { text: line.label, small: line.figure && sampleText(line.figure) },
  { text: lineValue(line), small: line.figure && intervalText(line.figure), className: 'number' },
  { text: lineLimit(line), className: 'number' },
  { text: STATUS_TEXT[line.status], className: `status ${line.status}` },
];
