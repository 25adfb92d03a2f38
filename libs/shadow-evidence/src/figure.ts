/** The time that a figure speaks of, unix seconds. */
export interface Window {
  fromSec: number;
  toSec: number;
}

/** One measured figure with the sample that it was measured on. */
export interface Figure {
  /** Stable name, `group.name`: what thresholds refer to. */
  id: string;
  label: string;
  /** Undefined where the sample does not give it. */
  value: number | undefined;
  unit: 'share' | 'USD' | 'USD/h' | 's' | 'h' | '1/h' | 'x' | 'bps' | 'bps/day' | 'count';
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

/** Makes figures of one sample. */
export const figuresOf =
  (sample: Sample) =>
  (id: string, label: string, value: number | undefined, unit: Figure['unit'], note?: string): Figure => ({
    id,
    label,
    value,
    unit,
    ...sample,
    ...(note !== undefined && note !== '' && { note }),
  });
