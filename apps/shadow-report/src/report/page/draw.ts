import { narrowTicks, type Tick } from './axis.js';
import type { Chart, Series } from './chart.js';
import { markup } from './markup.js';

/** The plot's own units: it is stretched to its place, its strokes are not. */
const WIDTH = 1000;
const HEIGHT = 300;
/** How much of a bar's place the bar takes. */
const BAR = 0.8;

const rounded = (value: number): string => String(Number(value.toFixed(2)));

interface Places {
  x: (value: number) => number;
  y: (value: number) => number;
}

function placesOf({ at, until, y: { from, to } }: Chart): Places {
  const first = at[0] ?? 0;
  return {
    x: (value) => (WIDTH * (value - first)) / (until - first || 1),
    y: (value) => HEIGHT * (1 - (value - from) / (to - from || 1)),
  };
}

/** A chart as SVG with its axes as text around it: legible at any width, in any colours, without a script. */
export function plotOf(chart: Chart): string {
  const places = placesOf(chart);
  const { x, y } = chart;
  const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)}%`;
  const across = (at: number, className: string): string =>
    `<line class="${className}" x1="0" x2="${WIDTH}" y1="${rounded(places.y(at))}" y2="${rounded(places.y(at))}"/>`;
  const narrow = narrowTicks(x.ticks);
  const xLabel = ({ at, label, below }: Tick, i: number): string =>
    `<span class="x${narrow.has(i) ? '' : ' minor'}" style="left:${percent(places.x(at), WIDTH)}">${markup(label)}${below === undefined ? '' : `<br>${below}`}</span>`;
  return `<div class="plot">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${markup(chart.title)}">
${y.ticks.map(({ at }) => across(at, 'grid')).join('')}
${silences(chart, places)}${SHAPES[chart.shape](chart, places)}
${chart.marks.map(({ at }) => across(at, 'mark')).join('')}
</svg>
<div class="axes" aria-hidden="true">
${y.ticks.map(({ at, label }) => `<span class="y" style="top:${percent(places.y(at), HEIGHT)}">${markup(label)}</span>`).join('')}
${chart.marks.map(({ at, label }) => `<span class="limit" style="top:${percent(places.y(at), HEIGHT)}">${markup(label)}</span>`).join('')}
${x.ticks.map(xLabel).join('')}
</div>
</div>`;
}

const SHAPES: Readonly<Record<Chart['shape'], (chart: Chart, places: Places) => string>> = {
  areas(chart, { x, y }) {
    const { at, until, series } = chart;
    const sums = at.map(() => 0);
    const ends = at.map((_, i) => x(at[i + 1] ?? until));
    return series
      .map((one) => {
        if (one.className === 'total') return '';
        const rects = at.map((from, i) => {
          const value = one.values[i] ?? 0;
          if (value === 0) return '';
          const low = sums[i] ?? 0;
          sums[i] = low + value;
          return `M${rounded(x(from))} ${rounded(y(low + value))}H${rounded(ends[i] ?? 0)}V${rounded(y(low))}H${rounded(x(from))}Z`;
        });
        return `<path class="area ${one.className}" d="${rects.join('')}"/>`;
      })
      .join('\n');
  },
  lines: (chart, { x, y }) => chart.series.map((one) => lineOf(one, chart.at, x, y)).join('\n'),
  bars({ at, until, series }, { x, y }) {
    const width = (x(until) - x(at.at(-1) ?? 0)) * BAR;
    const bars = (series[0]?.values ?? []).map((value = 0, i) => {
      const left = x(at[i] ?? 0);
      return `M${rounded(left)} ${rounded(y(value))}h${rounded(width)}V${rounded(y(0))}H${rounded(left)}Z`;
    });
    return `<path class="area ${series[0]?.className}" d="${bars.join('')}"/>`;
  },
};

/** A line that ends where there is nothing, and goes on after it. */
function lineOf({ className, values }: Series, at: readonly number[], x: Places['x'], y: Places['y']): string {
  const points = values.map((value, i) => {
    if (value === undefined) return '';
    const isAlone = values[i - 1] === undefined && values[i + 1] === undefined;
    const point = `${rounded(x(at[i] ?? 0))} ${rounded(y(value))}`;
    return `${i === 0 || values[i - 1] === undefined ? 'M' : 'L'}${point}${isAlone ? 'h1' : ''}`;
  });
  return `<path class="line ${className}" d="${points.join('')}"/>`;
}

/** Bands where nothing was proposed. */
function silences({ at, until, series }: Chart, { x }: Places): string {
  const isSilent = (i: number): boolean => series.every(({ values }) => values[i] === undefined);
  return at
    .map((from, i) => {
      if (!isSilent(i)) return '';
      const left = x(from);
      const width = x(at[i + 1] ?? until) - left;
      return `<rect class="silence" x="${rounded(left)}" y="0" width="${rounded(width)}" height="${HEIGHT}"/>\n`;
    })
    .join('');
}
