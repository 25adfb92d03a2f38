import { definitionOf, type FigureId, type Unit } from './figures.js';

/** The time that a figure speaks of, unix seconds. */
export interface Window {
  fromSec: number;
  toSec: number;
}

/** One measured figure with the sample that it was measured on. */
export interface Figure {
  /** Stable name, `group.name`: what thresholds refer to. */
  id: string;
  /** By `FIGURES`. */
  label: string;
  /** Undefined where the sample does not give it. */
  value: number | undefined;
  unit: Unit;
  /** Size of the sample, and what it counts. */
  n: number;
  of: string;
  window: Window;
  /** Of a mean: the interval that holds it with a probability of 95 %. */
  interval?: { low: number; high: number };
  /** What else belongs to it: the symbol, the time, the method. */
  note?: string;
}

/** What the figures of one sample have in common. */
export type Sample = Pick<Figure, 'n' | 'of' | 'window'>;

/** Makes figures of one sample; labels and units are those of `FIGURES`. */
export const figuresOf =
  (sample: Sample) =>
  (id: FigureId, value: number | undefined, note?: string): Figure => ({
    id,
    ...labelAndUnit(id),
    value,
    ...sample,
    ...(note !== undefined && note !== '' && { note }),
  });

/** The definition of a figure that exists. */
export function labelAndUnit(id: FigureId): Pick<Figure, 'label' | 'unit'> {
  const definition = definitionOf(id);
  if (!definition) throw new Error(`no figure has the id ${id}`);
  return definition;
}
