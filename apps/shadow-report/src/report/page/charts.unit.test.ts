import { describe, expect, it } from '@jest/globals';
import type { Figure } from '@quantum/shadow-evidence';
import { pricesOf, proposalsOf, reportOf, START_SEC, type Run } from '../../runs.test-support.js';
import { chartHtml } from './chart-html.js';
import type { Chart, Series } from './chart.js';
import { chartsOf } from './charts.js';
import { plotOf } from './draw.js';

const RUN: Run = {
  cycles: 900,
  everySec: 1,
  hasScore: (cycle, symbol) => cycle % 50 > 5 + symbol,
  isUp: (cycle) => cycle < 400 || cycle > 440,
};
const report = reportOf(proposalsOf(RUN), { everySec: 1, prices: pricesOf(RUN) });
const charts = new Map(chartsOf(report).map((chart) => [chart.name, chart]));
const chart = (name: string): Chart => charts.get(name)!;
const value = (id: string): number => report.figures.find((figure: Figure) => figure.id === id)?.value ?? NaN;
/** With plain spaces. */
const textOf = (one: Chart): string => chartHtml(one).replaceAll('\u00a0', ' ');
const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
const series = (name: string, label: string): Series => chart(name).series.find((one) => one.label === label)!;

describe('the numbers of a chart', () => {
  it('come to the figures of the report', () => {
    const { counts } = chart('reasons');
    const withoutScore = series('reasons', 'no score').values;
    expect(sum(counts!.values)).toBe(report.proposals);
    expect(sum(withoutScore.map((share = 0, i) => share * counts!.values[i]!)) / report.proposals).toBeCloseTo(
      value('reasons.missing_eff_share'),
      12,
    );
    expect(sum(chart('multipliers').counts!.values)).toBe(report.proposals);
    for (const book of ['base', 'proposed'] as const) {
      const earned = series('earned', book === 'base' ? 'bases' : 'proposals').values.at(-1);
      expect(earned).toBeCloseTo(value(`pnl.${book}_usd`) - value(`pnl.${book}_cost_usd`), 6);
    }
  });

  it('are those that are drawn', () => {
    const { at, until, y } = chart('sums');
    const path = /<path class="line s1" d="(.*?)"/.exec(plotOf(chart('sums')))?.[1] ?? '';
    const points = [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, left, top]) => [Number(left), Number(top)]);
    const known = series('sums', 'proposals / bases').values.flatMap((ratio, i) =>
      ratio === undefined ? [] : [[at[i]!, ratio] as const],
    );
    expect(points).toHaveLength(known.length);
    for (const [i, [sec, ratio]] of known.entries()) {
      const [left = NaN, top = NaN] = points[i] ?? [];
      expect(at[0]! + (left / 1000) * (until - at[0]!)).toBeCloseTo(sec, 1);
      expect(y.from + (1 - top / 300) * (y.to - y.from)).toBeCloseTo(ratio, 3);
    }
  });

  it('are those that are stacked, one upon the other, and those of the bars', () => {
    const many = reportOf(proposalsOf(RUN), { everySec: 1 });
    const [bucket] = many.timeline.buckets;
    const states = { missing_eff: 1, stale_eff: 2, low_conf: 3, ok: 4 };
    const stacked = chartsOf({ ...many, timeline: { bucketSec: 1, buckets: [{ ...bucket!, states }] } })[0]!;
    const { y } = stacked;
    const top = (share: number): string => String(Number((300 * (1 - (share - y.from) / (y.to - y.from))).toFixed(2)));
    const paths = [...plotOf(stacked).matchAll(/<path class="area (s\d)" d="(.*?)"/g)].map(([, name, d]) => [name, d]);
    expect(paths).toEqual([
      ['s2', `M0 ${top(0.1)}H1000V${top(0)}H0Z`],
      ['s4', `M0 ${top(0.3)}H1000V${top(0.1)}H0Z`],
      ['s5', `M0 ${top(0.6)}H1000V${top(0.3)}H0Z`],
    ]);
    const bars = / d="(.*?)"/.exec(plotOf(chart('multipliers')))?.[1] ?? '';
    const heights = [...bars.matchAll(/M[\d.]+ ([\d.]+)h/g)].map(([, at]) => Number(at));
    const { y: shares, series: all } = chart('multipliers');
    expect(heights).toHaveLength(all[0]!.values.length);
    for (const [i, share = NaN] of all[0]!.values.entries())
      expect(shares.to * (1 - heights[i]! / 300)).toBeCloseTo(share, 4);
  });

  it('are in the table below it, a row a point, and in its legend', () => {
    for (const one of charts.values()) {
      const html = textOf(one);
      const table = html.slice(html.indexOf('class="points"'));
      expect(table.match(/<tr>/g)).toHaveLength(one.at.length + 1);
      for (const { values } of one.series) {
        for (const number of values)
          expect(table).toContain(`>${number === undefined ? 'no data' : one.text(number)}<`);
      }
    }
    const { values } = series('sums', 'proposals / bases');
    const known = values.filter((ratio) => ratio !== undefined);
    const legend = [known.at(-1)!, Math.min(...known), Math.max(...known), value('sums.ratio_mean')];
    const cells = legend.map((ratio) => `<td class="number">${ratio.toFixed(3)} x</td>`).join('');
    expect(textOf(chart('sums'))).toContain(cells);
  });

  it('show a silence as nothing, and no line across it', () => {
    const { at } = chart('sums');
    const silent = at.findIndex((_, i) => series('sums', 'proposals / bases').values[i] === undefined);
    expect(at[silent]).toBeGreaterThan(START_SEC + 399);
    expect(at[silent]).toBeLessThan(START_SEC + 404);
    const plot = plotOf(chart('sums'));
    expect(plot.match(/class="silence"/g)?.length).toBeGreaterThan(0);
    expect(/ d="(.*?)"/.exec(plot)?.[1]?.match(/M/g)).toHaveLength(2);
  });

  it('stay within the plot, limits too', () => {
    for (const { y, series: all, marks } of charts.values()) {
      const values = [...all.flatMap((one) => one.values), ...marks.map(({ at }) => at)];
      for (const number of values) if (number !== undefined) expect(number >= y.from && number <= y.to).toBe(true);
    }
    expect(chart('sums').marks.map(({ label }) => label)).toEqual(['limit ≥ 0.7 x', 'limit ≤ 1.1 x']);
    expect(chart('reasons').marks.map(({ label }) => label)).toEqual(['limit ≤ 20 %']);
  });

  it('are no more than 480 points of a long run', () => {
    for (const { at } of charts.values()) expect(at.length).toBeLessThanOrEqual(482);
    expect(chart('earned').about).toBe('Sum since the first price, at every 2 prices.');
    expect(chart('reasons').about).toBe('Each point covers 2 s from the time shown.');
  });

  it('of one cycle are one point', () => {
    const one = reportOf(proposalsOf({ cycles: 1, everySec: 1 }), { everySec: 1 });
    for (const alone of chartsOf(one)) expect(chartHtml(alone)).not.toMatch(/NaN|Infinity|undefined/);
  });
});
