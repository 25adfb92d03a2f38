import type { Scale, Tick } from './axis.js';

/** The values of one line, area or row of bars, a value a point; undefined where there was nothing. */
export interface Series {
  label: string;
  /** Its colour and dashes in the style sheet. */
  className: string;
  values: readonly (number | undefined)[];
  /** What it comes to over the whole recording: the text of a figure. */
  whole?: string;
}

/** A chart, and the table of the same numbers. */
export interface Chart {
  name: string;
  title: string;
  /** What a point means. */
  about: string;
  /** `areas` are stacked, with the series of the class `total` as a line over them. */
  shape: 'areas' | 'lines' | 'bars';
  /** Where each point begins, ascending, and where the last one ends. */
  at: readonly number[];
  until: number;
  x: { head: string; texts: readonly string[]; ticks: readonly Tick[] };
  y: Scale;
  series: readonly Series[];
  /** Lines across: limits and references. */
  marks: readonly { at: number; label: string }[];
  /** A column of its own before the series. */
  counts?: { head: string; values: readonly number[] };
  text: (value: number) => string;
  /** Figures that the legend shows in place of the series' values. */
  figures?: readonly (readonly [term: string, text: string])[];
}

/** The last, least and greatest value of a series; undefined where it has none. */
export function rangeOf({ values }: Series): { last: number; low: number; high: number } | undefined {
  const known = values.filter((value) => value !== undefined);
  const last = known.at(-1);
  if (last === undefined) return undefined;
  return { last, low: known.reduce((a, b) => Math.min(a, b)), high: known.reduce((a, b) => Math.max(a, b)) };
}
