import type { PositionSide } from '../recording.js';
import { medianOf } from './median.js';

/** Prices at some times: rows ascending in time. An undefined price is a hole: nothing was printed. */
export interface PriceRows {
  symbols: readonly string[];
  rows: readonly PriceRow[];
}

export interface PriceRow {
  tsSec: number;
  prices: readonly (number | undefined)[];
}

export interface PerformanceOptions {
  /** Cost of a change of an allocation, in basis points of its amount. */
  costBps: number;
  /** An allocation that was not renewed for this long no longer counts, seconds. */
  maxAgeSec: number;
}

/** What allocations earned from one row of prices to the next. */
export interface Earned {
  /** Time of the later row, unix seconds. */
  tsSec: number;
  /** Time between the two rows. */
  seconds: number;
  /** USD, before costs. */
  pnlUsd: number;
  costUsd: number;
  /** Sum of the positions, long and short alike, USD. */
  allocatedUsd: number;
}

/** Two ways to allocate the same book, and the second at the first's size. */
export const BOOKS = ['base', 'proposed', 'proposed_equal_size'] as const;
export type Book = (typeof BOOKS)[number];

type PerBook = Record<Book, number>;

/** What every book holds of a symbol since its last print, below 0 for short. */
interface Position {
  usd: PerBook;
  price: number;
}

/** Amounts in USD, below 0 for a short position. */
interface Allocation {
  base: number;
  proposed: number;
  sinceSec: number;
}

/** Rows further apart than this many times the median distance of rows have rows missing between them. */
const MISSING_ROWS_FACTOR = 3;

const nothing = (): PerBook => ({ base: 0, proposed: 0, proposed_equal_size: 0 });
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * What base and proposed allocations would have earned: position times the price's relative change from print to print.
 * At each print of a symbol its position becomes its target. Without a print nothing trades: the position stays, and
 * the next print brings the whole change of price. An allocation is in force from the first row later than its
 * decision's second: what was known at the decision earns nothing. An allocation that is not renewed is left at the
 * next print. The side of the position is an input: an allocation is a size. Where it is not known, long is assumed and
 * counted. Every change of a target costs, leaving and coming back included. Free are the positions that the book opens
 * with, and the trades that bring a position back to an unchanged target.
 * Rows in which no book holds a position are no observations.
 * `proposed_equal_size` scales the proposed allocations to the sum of the bases, row by row: it separates choice from
 * size.
 */
export class Performance {
  readonly #prices: PriceRows;
  readonly #options: PerformanceOptions;
  readonly #column: Map<string, number>;
  readonly #medianSec: number;
  readonly #allocations = new Map<string, Allocation>();
  readonly #positions = new Map<string, Position>();
  /** Symbols whose first position is free; undefined before the first row. */
  #opening: Set<string> | undefined;
  #row = -1;
  #lastSec = 0;
  /** Symbols with proposals but without a column of prices. */
  readonly unpriced = new Set<string>();
  /** Prices that allocations needed, and those of them that were not there. */
  readonly prints = { needed: 0, missing: 0 };
  /** Allocations taken, and those of them whose side is not known. */
  readonly sides = { taken: 0, assumedLong: 0 };
  readonly earned: Record<Book, Earned[]> = { base: [], proposed: [], proposed_equal_size: [] };

  constructor(prices: PriceRows, options: PerformanceOptions) {
    this.#prices = prices;
    this.#options = options;
    this.#column = new Map(prices.symbols.map((symbol, at) => [symbol, at]));
    this.#medianSec =
      medianOf(prices.rows.slice(1).map(({ tsSec }, i) => tsSec - (prices.rows[i]?.tsSec ?? 0))) ?? Infinity;
  }

  /** Takes an allocation; their times ascend. */
  observe(symbol: string, tsEpochSec: number, baseUsd: number, proposedUsd: number, side?: PositionSide): void {
    const inForceSec = tsEpochSec + 1;
    const { rows } = this.#prices;
    if (this.#row < 0) {
      const first = rows.findIndex(({ tsSec }) => tsSec >= inForceSec);
      this.#row = first < 0 ? rows.length : first;
    }
    this.#passRows((tsSec) => tsSec < inForceSec);
    this.#lastSec = inForceSec;
    if (!this.#column.has(symbol)) this.unpriced.add(symbol);
    this.sides.taken += 1;
    if (side === undefined) this.sides.assumedLong += 1;
    const sign = side ?? 1;
    this.#allocations.set(symbol, { base: sign * baseUsd, proposed: sign * proposedUsd, sinceSec: inForceSec });
  }

  /** Passes the remaining rows, as long as the last allocation is in force. */
  finish(): void {
    this.#passRows((tsSec) => tsSec <= this.#lastSec + this.#options.maxAgeSec);
  }

  #passRows(passes: (tsSec: number) => boolean): void {
    const { rows } = this.#prices;
    for (;;) {
      const [row, next] = [rows[this.#row], rows[this.#row + 1]];
      if (this.#row < 0 || !row || !next || !passes(row.tsSec)) return;
      this.#pass(row, next);
      this.#row += 1;
    }
  }

  #pass(row: PriceRow, next: PriceRow): void {
    const costs = this.#trade(row);
    this.#countHoles(row, next);
    const all = [...this.#positions.values()];
    const holds = all.some(({ usd }) => BOOKS.some((book) => usd[book] !== 0));
    const moves = [...this.#positions].map(([symbol, { usd, price }]) => {
      const print = this.#print(next, symbol);
      return { usd, change: print === undefined ? 0 : print / price - 1 };
    });
    for (const book of BOOKS) {
      const last = this.earned[book].at(-1);
      if (holds) {
        this.earned[book].push({
          tsSec: next.tsSec,
          seconds: next.tsSec - row.tsSec,
          pnlUsd: sum(moves.map(({ usd, change }) => usd[book] * change)),
          costUsd: costs[book],
          allocatedUsd: sum(all.map(({ usd }) => Math.abs(usd[book]))),
        });
      } else if (last) last.costUsd += costs[book]; // leaving the last position ends the observation before
    }
  }

  /** Brings every position with a print at this row to its target. @returns the costs, USD */
  #trade(row: PriceRow): PerBook {
    const targets = this.#targetsAt(row.tsSec);
    this.#opening ??= new Set(targets.keys());
    const printed = [...new Set([...targets.keys(), ...this.#positions.keys()])].flatMap((symbol) => {
      const price = this.#print(row, symbol);
      return price === undefined ? [] : [{ symbol, price, target: targets.get(symbol) }];
    });
    const after = new Map([...this.#positions].map(([symbol, { usd }]) => [symbol, usd]));
    for (const { symbol, target } of printed) after.set(symbol, { ...nothing(), ...target });
    const gross = (book: Book): number => sum([...after.values()].map((usd) => Math.abs(usd[book])));
    const scale = gross('proposed') > 0 ? gross('base') / gross('proposed') : 0;
    const costs = nothing();
    for (const { symbol, price, target } of printed) {
      const before = this.#positions.get(symbol)?.usd ?? nothing();
      const usd = { ...nothing(), ...target, proposed_equal_size: (target?.proposed ?? 0) * scale };
      const isFree = target !== undefined && this.#opening.delete(symbol);
      for (const book of BOOKS) {
        if (!isFree) costs[book] += (Math.abs(usd[book] - before[book]) * this.#options.costBps) / 10_000;
      }
      if (target) this.#positions.set(symbol, { usd, price });
      else this.#positions.delete(symbol);
    }
    return costs;
  }

  /** Allocations in force, USD, below 0 for short. */
  #targetsAt(tsSec: number): Map<string, { base: number; proposed: number }> {
    const fresh = [...this.#allocations].filter(([, { sinceSec }]) => tsSec - sinceSec <= this.#options.maxAgeSec);
    return new Map(fresh.map(([symbol, { base, proposed }]) => [symbol, { base, proposed }]));
  }

  #countHoles(row: PriceRow, next: PriceRow): void {
    const needed = new Set([...this.#targetsAt(row.tsSec).keys(), ...this.#positions.keys()]);
    const rows = Math.round((next.tsSec - row.tsSec) / this.#medianSec);
    const missingRows = rows > MISSING_ROWS_FACTOR ? rows - 1 : 0;
    this.prints.needed += needed.size * (1 + missingRows);
    this.prints.missing += needed.size * missingRows;
    for (const symbol of needed) if (this.#print(row, symbol) === undefined) this.prints.missing += 1;
  }

  #print(row: PriceRow, symbol: string): number | undefined {
    return row.prices[this.#column.get(symbol) ?? -1];
  }
}
