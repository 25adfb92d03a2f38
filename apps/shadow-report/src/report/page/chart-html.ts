import { shown } from '@quantum/shadow-evidence';
import { rangeOf, type Chart, type Series } from './chart.js';
import { plotOf } from './draw.js';
import { markup, tableOf, type Cell } from './markup.js';

const NOTHING = 'no data';
const number = (text: string): Cell => ({ text, className: 'number' });

/** A chart with a legend that holds values, and below it every number that is drawn. */
export function chartHtml(chart: Chart): string {
  const { title, about, x, at } = chart;
  return `<section class="chart" data-chart="${chart.name}">
<h2>${markup(title)}</h2>
<p class="sub">${markup(about)}</p>
${plotOf(chart)}
${legendOf(chart)}
<details><summary>Table of these ${shown(at.length)} points</summary>
${tableOf(
  [x.head, ...(chart.counts ? [chart.counts.head] : []), ...chart.series.map(({ label }) => label)],
  rowsOf(chart),
  {
    caption: `${title}: the numbers of the chart`,
    hidesCaption: true,
    className: 'points',
  },
)}
</details>
</section>`;
}

const rowsOf = ({ x, counts, series, text }: Chart): Cell[][] =>
  x.texts.map((head, i) => [
    { text: head },
    ...(counts ? [number(shown(counts.values[i] ?? 0))] : []),
    ...series.map(({ values }) => number(values[i] === undefined ? NOTHING : text(values[i]))),
  ]);

function legendOf({ title, series, text, figures }: Chart): string {
  const options = { caption: `${title}: legend`, hidesCaption: true, className: 'legend' };
  if (figures) {
    const cells = [{ text: 'Multiplier' }, ...figures.map(([, value]) => number(value))];
    return tableOf(['Figure', ...figures.map(([term]) => term)], [cells], options);
  }
  const hasWhole = series.some(({ whole }) => whole !== undefined);
  const cells = (one: Series): Cell[] => {
    const range = rangeOf(one);
    const values = range ? [range.last, range.low, range.high].map(text) : [NOTHING, NOTHING, NOTHING];
    return [{ text: one.label, className: `key ${one.className}` }, ...values.map(number), ...(hasWhole ? [number(one.whole ?? '')] : [])]; // prettier-ignore
  };
  const head = ['Series', 'Last', 'Lowest', 'Highest', ...(hasWhole ? ['Whole recording'] : [])];
  return tableOf(head, series.map(cells), options);
}
