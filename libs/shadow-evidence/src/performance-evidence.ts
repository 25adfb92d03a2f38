import { figuresOf, labelAndUnit, type Figure, type Sample } from './figure.js';
import type { FigureId } from './figures.js';
import { LONG_ASSUMED } from './verdict.js';
import { blocksOf, meanInterval } from './statistics/bootstrap.js';
import { maxDrawdown } from './statistics/drawdown.js';
import { sum, type Book, type Earned, type Performance } from './statistics/performance.js';

export interface IntervalOptions {
  seed: number;
  /** Rows of prices a block; default: see `meanInterval`. */
  blockLength?: number;
  /** How many times as fast as in life the prices were played; default 1. Figures per day are per day of prices. */
  timeScale?: number;
  /** How many states of the growing recording were looked at, this one included; default 1. */
  looks?: number;
}

/** Fewer independent blocks give no interval. */
export const MIN_BLOCKS = 30;
const DAY_SEC = 86_400;

const net = ({ pnlUsd, costUsd }: Earned): number => pnlUsd - costUsd;

/** The mean allocation, weighted by the time it was held. */
function meanAllocatedUsd(all: readonly Earned[]): number {
  const heldSec = sum(all.map(({ seconds }) => seconds));
  return heldSec > 0 ? sum(all.map(({ allocatedUsd, seconds }) => allocatedUsd * seconds)) / heldSec : 0;
}

/** What a book earned, cost, lost at the most and held. Undefined where no price changed. */
function bookFigures(book: Book, all: readonly Earned[], sample: Sample): Figure[] {
  const figure = figuresOf(sample);
  const known = (value: number): number | undefined => (all.length > 0 ? value : undefined);
  return [
    figure(`pnl.${book}_usd`, known(sum(all.map(({ pnlUsd }) => pnlUsd)))),
    figure(`pnl.${book}_cost_usd`, known(sum(all.map(({ costUsd }) => costUsd)))),
    figure(`pnl.${book}_drawdown_usd`, known(maxDrawdown(all.map(net)))),
    figure(`pnl.${book}_allocated_usd`, known(meanAllocatedUsd(all))),
  ];
}

/**
 * The mean of these gains per day, in basis points of the mean base allocation, with its interval.
 * @param base the base book over the same price changes
 */
function perDayFigure(
  id: FigureId,
  gainsUsd: readonly number[],
  base: readonly Earned[],
  window: Figure['window'],
  options: IntervalOptions,
): Figure {
  const { timeScale = 1, looks = 1, seed } = options;
  const n = gainsUsd.length;
  const { blockLength, blocks } = blocksOf(n, options.blockLength);
  const interval = blocks < MIN_BLOCKS ? undefined : meanInterval(gainsUsd, options);
  const days = (sum(base.map(({ seconds }) => seconds)) * timeScale) / DAY_SEC;
  const meanBaseUsd = meanAllocatedUsd(base);
  const perDay = meanBaseUsd > 0 && days > 0 ? (10_000 / meanBaseUsd) * (n / days) : undefined;
  const sample = { n: blocks, of: `independent blocks of ${blockLength} price changes`, window };
  if (!interval || perDay === undefined) {
    return { id, ...labelAndUnit(id), value: undefined, ...sample, note: `${MIN_BLOCKS} blocks are needed` };
  }
  const { mean, low, high } = interval;
  return {
    id, ...labelAndUnit(id), value: mean * perDay, ...sample,
    interval: { low: low * perDay, high: high * perDay },
    note: `of the mean base allocation; 95 % for one look, this is look ${looks}; seed ${seed}`,
  }; // prettier-ignore
}

/**
 * What the books earned, and whether the proposals' earned more; call `finish` of the performance before.
 * @param coveredHours hours of the recording that proposals cover
 */
export function performanceFigures(
  { earned, unpriced, prints, sides }: Performance,
  options: IntervalOptions,
  coveredHours: number,
): Figure[] {
  const { base } = earned;
  const n = base.length;
  const heldSec = sum(base.map(({ seconds }) => seconds));
  const window = { fromSec: (base[0]?.tsSec ?? 0) - (base[0]?.seconds ?? 0), toSec: base.at(-1)?.tsSec ?? 0 };
  const sample = { n, of: 'price changes', window };
  const figure = figuresOf(sample);
  const ofBook = (book: Book): Figure[] => bookFigures(book, earned[book], sample);
  const result = (book: 'base' | 'proposed'): Figure =>
    perDayFigure(`pnl.${book}_bps_per_day`, earned[book].map(net), base, window, options);
  const advantage = (book: Book, id: FigureId, gain = net): Figure =>
    perDayFigure(id, earned[book].map((one, i) => gain(one) - gain(base[i] ?? one)), base, window, options); // prettier-ignore
  const notPriced = [...unpriced].slice(0, 5).join(', ');
  return [
    ...ofBook('base'),
    ...ofBook('proposed'),
    ...ofBook('proposed_equal_size'),
    result('base'),
    result('proposed'),
    advantage('proposed', 'pnl.advantage_bps_per_day'),
    advantage('proposed', 'pnl.advantage_before_costs_bps_per_day', ({ pnlUsd }) => pnlUsd),
    advantage('proposed_equal_size', 'pnl.advantage_equal_size_bps_per_day'),
    figure('pnl.unpriced', unpriced.size, notPriced),
    figure(
      'pnl.coverage',
      coveredHours > 0 ? Math.min(1, heldSec / 3600 / coveredHours) : undefined,
      n === 0 ? 'prices and recording share no time' : undefined,
    ),
    figuresOf({ n: sides.taken, of: 'allocations', window })(
      LONG_ASSUMED,
      sides.taken > 0 ? sides.assumedLong / sides.taken : undefined,
    ),
    figuresOf({ n: prints.needed, of: 'prices of allocated symbols', window })(
      'pnl.price_holes_share',
      prints.needed > 0 ? prints.missing / prints.needed : undefined,
    ),
  ]; // prettier-ignore
}
