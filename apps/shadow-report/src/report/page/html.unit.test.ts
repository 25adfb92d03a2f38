import { describe, expect, it } from '@jest/globals';
import { DEFAULT_THRESHOLDS, valueText } from '@quantum/shadow-evidence';
import { pricesOf, proposalsOf, reportOf, type Run } from '../../runs.test-support.js';
import { headlineOf } from '../headline.js';
import type { Report } from '../report.js';
import { reportText } from '../text.js';
import { reportHtml } from './html.js';

const RUN: Run = {
  cycles: 300,
  everySec: 1,
  hasScore: (cycle) => cycle % 50 > 5,
  isUp: (cycle) => cycle < 200 || cycle > 220,
};
const evil = '</style><script>alert("x")</script>';
const lines = proposalsOf(RUN);
const report = reportOf(lines, { everySec: 1, prices: pricesOf(RUN), thresholds: DEFAULT_THRESHOLDS });
const page = reportHtml(report, 'p {}');
const text = reportText(report, { width: 120, colour: false });
const onPage = (one: Report): string => reportHtml(one, '');
/** Texts of cells, by row, of the tables of a class. */
const rowsOf = (html: string, className: string): string[][] =>
  [...html.matchAll(new RegExp(`<table class="${className}">.*?</table>`, 'gs'))].flatMap(([table]) =>
    [...table.split('<tbody>')[1]!.matchAll(/<tr>.*?<\/tr>/gs)].map(([row]) =>
      [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = '']) =>
        cell.replace(/<small>.*/, '').replaceAll('&amp;', '&').replaceAll('\u00a0', ' '),
      ),
    ),
  ); // prettier-ignore

describe('the page', () => {
  it('loads and runs nothing, and says so to the browser', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<(script|link|img|iframe)\b|\b(src|href)=|https?:|url\(/);
  });

  it('shows texts of a recording as texts, and no paths of the machine', () => {
    const [figure, ...others] = report.figures;
    const html = onPage({
      ...report,
      recording: `/somewhere/${evil}`,
      figures: [{ ...figure!, note: evil }, ...others],
    });
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;/style&gt;&lt;script&gt;alert(&quot;x&quot;)');
    expect(html).not.toContain('/somewhere');
  });

  it('begins with the headline that the terminal begins with', () => {
    const { verdict, facts } = headlineOf(report);
    const [state, rest] = verdict.split(':');
    expect(page).toContain(`<h1><span class="state">${state}</span>:${rest}</h1>`);
    expect(text.startsWith(`${verdict}\n`)).toBe(true);
    for (const [term, fact] of facts) {
      expect(page).toContain(`<dt>${term}</dt><dd>${fact}</dd>`);
      expect(text.replaceAll('\n  ', ' ')).toContain(`${term}: ${fact}`);
    }
  });

  it('has every figure of the JSON by its label, with the value that the terminal shows', () => {
    const cells = new Map(rowsOf(page, 'figures').map(([label, value, sample]) => [label, [value, sample]]));
    expect(cells.size).toBe(report.figures.length);
    const flat = text.replace(/\s+/g, ' ');
    for (const { label, value, unit, n, of } of report.figures) {
      const shown = [valueText(value, unit), `${n.toLocaleString('en-US')} ${of}`];
      expect(cells.get(label)).toEqual(shown);
      expect(flat).toContain(`${label} ${shown.join(' ')}`);
    }
  });

  it('has every threshold by its label, with value, limit and verdict, and no id anywhere', () => {
    expect(rowsOf(page, 'thresholds')).toHaveLength(report.lines.length);
    for (const { id, label, figure, status } of report.lines) {
      const row = rowsOf(page, 'thresholds').find(([name]) => name === label);
      expect(row?.[1]).toBe(valueText(figure?.value, figure!.unit));
      expect(row?.[3]).toBe({ PASS: 'pass', FAIL: 'FAIL', INSUFFICIENT_DATA: 'not judged' }[status]);
      for (const output of [page, text]) expect(output).not.toContain(id);
    }
  });

  it('says once what is missing', () => {
    for (const output of [page, text]) expect(output.match(/24 covered\s+hours/g)).toHaveLength(1);
  });

  it('has tables that a screen reader can read: a caption each, heads of columns and rows', () => {
    const tables = [...page.matchAll(/<table.*?<\/table>/gs)].map(([table]) => table);
    expect(tables.length).toBeGreaterThan(10);
    for (const table of tables) {
      expect(table.match(/<caption/g)).toHaveLength(1);
      expect(table.match(/<th scope="row"/g)).toHaveLength(table.match(/<tr>/g)!.length - 1);
      expect(table).not.toMatch(/<th(?! scope="(col|row)")[ >]/);
    }
  });

  it('leaves out what there is nothing of', () => {
    expect(onPage(reportOf(lines, { everySec: 1 }))).not.toContain('data-chart="earned"');
    const empty = onPage(reportOf([], { everySec: 1 }));
    expect(empty).not.toContain('data-chart');
    expect(empty).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('of the same recording is the same bytes', () => {
    const again = reportOf(lines, { everySec: 1, prices: pricesOf(RUN), thresholds: DEFAULT_THRESHOLDS });
    expect(reportHtml(again, 'p {}')).toBe(page);
    expect(reportText(again, { width: 120, colour: false })).toBe(text);
  });
});
