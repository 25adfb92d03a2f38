import { EFFICIENCY_REASONS } from '@quantum/efficiency-policy';
import {
  durationText,
  limitIn,
  NO_DATA,
  REASON_LABELS,
  shown,
  valueText,
  type Bucket,
  type FigureId,
  type Unit,
} from '@quantum/shadow-evidence';
import type { Report } from '../report.js';
import { numberScale, numberTicks, plain, timeTexts, timeTicks } from './axis.js';
import { rangeOf, type Chart, type Series } from './chart.js';

/** More points than these are neither seen in a chart nor read in a table. */
const MAX_POINTS = 480;
const MULTIPLIER_BIN = 0.01;
const SPREAD = [
  ['multiplier.min', 'Lowest'],
  ['multiplier.p05', '5 %'],
  ['multiplier.p50', 'Median'],
  ['multiplier.mean', 'Mean'],
  ['multiplier.p95', '95 %'],
  ['multiplier.max', 'Highest'],
] as const satisfies readonly (readonly [FigureId, string])[];

/** The charts of a report; none where there is nothing to draw. */
export function chartsOf(report: Report): Chart[] {
  const { timeline, multipliers, earned } = report;
  return [
    ...(timeline.buckets.length > 0 ? [reasonsChart(report), sumsChart(report)] : []),
    ...(multipliers.length > 0 ? [multipliersChart(report)] : []),
    ...(earned && earned.at.length > 0 ? [earnedChart(earned)] : []),
  ];
}

const percent = (share: number): string => valueText(share, 'share');

function reasonsChart(report: Report): Chart {
  const { buckets } = report.timeline;
  const counted = buckets.map(({ states }) =>
    Object.entries(states).reduce((sum, [state, count]) => sum + (state === NO_DATA ? 0 : count), 0),
  );
  const share = (count: (bucket: Bucket) => number): (number | undefined)[] =>
    buckets.map((bucket, i) => (counted[i] ? count(bucket) / counted[i] : undefined));
  const reasons = EFFICIENCY_REASONS.filter((reason) => reason !== 'ok').flatMap((reason, i): Series[] => {
    if (!buckets.some(({ states }) => states[reason])) return [];
    const values = share(({ states }) => states[reason] ?? 0);
    return [{ label: REASON_LABELS[reason], className: `s${i + 1}`, values, ...whole(report, `reasons.${reason}_share`) }];
  }); // prettier-ignore
  const total: Series = {
    label: 'without a usable score',
    className: 'total',
    values: buckets.map((_, i) =>
      counted[i] ? reasons.reduce((sum, { values }) => sum + (values[i] ?? 0), 0) : undefined,
    ),
    ...whole(report, 'reasons.not_ok_share'),
  };
  const marks = limitsOf(report, ['reasons.not_ok_share'], 'share');
  const series = [...reasons, total];
  return {
    ...timed(report),
    name: 'reasons',
    title: 'Proposals without a usable score',
    shape: 'areas',
    series,
    marks,
    y: scaleOf(series, marks, [0], (value) => `${plain(100 * value)} %`),
    counts: { head: 'Proposals', values: counted },
    text: percent,
  };
}

function sumsChart(report: Report): Chart {
  const { buckets } = report.timeline;
  const values = buckets.map(({ baseUsd, proposedUsd }) => (baseUsd > 0 ? proposedUsd / baseUsd : undefined));
  const series = [{ label: 'proposals / bases', className: 's1', values, ...whole(report, 'sums.ratio_mean') }];
  const text = (ratio: number): string => valueText(ratio, 'x');
  const marks = limitsOf(report, ['sums.ratio_min', 'sums.ratio_max'], 'x');
  return {
    ...timed(report),
    name: 'sums',
    title: 'Sum of the proposals relative to the sum of the bases',
    shape: 'lines',
    series,
    marks,
    y: scaleOf(series, marks, [1], plain),
    text,
  };
}

function multipliersChart(report: Report): Chart {
  const { multipliers } = report;
  const counts = multipliers.map(([, count]) => count);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const at = multipliers.map(([middle]) => middle - MULTIPLIER_BIN / 2);
  const until = (at.at(-1) ?? 0) + MULTIPLIER_BIN;
  const values = counts.map((count) => count / all);
  const series = [{ label: 'share of the proposals', className: 's1', values }];
  return {
    name: 'multipliers',
    title: 'Distribution of the multipliers',
    about: `Each bar covers ${MULTIPLIER_BIN} x.`,
    shape: 'bars',
    at,
    until,
    x: {
      head: 'Multiplier',
      texts: multipliers.map(([middle]) => shown(middle, 2)),
      ticks: numberTicks(at[0] ?? 0, until),
    },
    series,
    marks: [],
    y: scaleOf(series, [], [0], (value) => `${plain(100 * value)} %`),
    counts: { head: 'Proposals', values: counts },
    text: percent,
    figures: SPREAD.map(([id, term]) => [term, whole(report, id).whole ?? 'no data']),
  };
}

function earnedChart({ at, base, proposed }: NonNullable<Report['earned']>): Chart {
  const every = Math.ceil(at.length / MAX_POINTS);
  const isKept = (i: number): boolean => (i + 1) % every === 0 || i === at.length - 1;
  const running = (values: readonly number[]): number[] => {
    let sum = 0;
    return values.map((value) => (sum += value)).filter((_, i) => isKept(i));
  };
  const times = at.filter((_, i) => isKept(i));
  const series = [
    { label: 'bases', className: 's1', values: running(base) },
    { label: 'proposals', className: 's2', values: running(proposed) },
  ];
  return {
    name: 'earned',
    title: 'Earned at these prices, after costs, USD',
    about: `Sum since the first price${every === 1 ? '' : `, at every ${every} prices`}.`,
    shape: 'lines',
    ...timeAxis(times, times.at(-1) ?? 0),
    series,
    marks: [],
    y: scaleOf(series, [], [0], plain),
    text: (usd) => valueText(usd, 'USD'),
  };
}

const timeAxis = (at: readonly number[], until: number): Pick<Chart, 'at' | 'until' | 'x'> => ({
  at,
  until,
  x: { head: 'Time (UTC)', texts: timeTexts(at), ticks: timeTicks(at[0] ?? 0, until) },
});

function timed({ timeline: { buckets, bucketSec } }: Report): Pick<Chart, 'about' | 'at' | 'until' | 'x'> {
  const at = buckets.map(({ fromSec }) => fromSec);
  return {
    about: `Each point covers ${durationText(bucketSec)} from the time shown.`,
    ...timeAxis(at, (at.at(-1) ?? 0) + bucketSec),
  };
}

/** The figure that a series comes to. */
function whole({ figures }: Report, id: FigureId): Pick<Series, 'whole'> {
  const figure = figures.find((one) => one.id === id);
  return figure ? { whole: valueText(figure.value, figure.unit) } : {};
}

/** Limits of thresholds as lines across a chart. */
const limitsOf = ({ lines }: Report, ids: readonly FigureId[], unit: Unit): Chart['marks'] =>
  lines
    .filter(({ id }) => ids.some((one) => one === id))
    .flatMap(({ limit: { min, max } }) => [
      ...(min === undefined ? [] : [{ at: min, label: `limit ${limitIn(unit, { min })}` }]),
      ...(max === undefined ? [] : [{ at: max, label: `limit ${limitIn(unit, { max })}` }]),
    ]);

function scaleOf(
  series: readonly Series[],
  marks: Chart['marks'],
  also: readonly number[],
  text: (value: number) => string,
): Chart['y'] {
  const ranges = series.map(rangeOf).filter((range) => range !== undefined);
  const values = [...ranges.flatMap(({ low, high }) => [low, high]), ...marks.map(({ at }) => at), ...also];
  return numberScale(Math.min(...values), Math.max(...values), text);
}
