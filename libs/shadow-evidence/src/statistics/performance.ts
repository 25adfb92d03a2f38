/** Prices at some times: rows ascending in time. */
export interface PriceRows {
  symbols: readonly string[];
  rows: readonly { tsSec: number; prices: readonly (number | undefined)[] }[];
}

export interface PerformanceOptions {
  /** Cost of a change of an allocation, in basis points of its amount. */
  costBps: number;
  /** An allocation that was not renewed for so long counts as none, seconds. */
  maxAgeSec: number;
}

/** What allocations earned from one row of prices to the next. */
export interface Earned {
  tsSec: number;
  /** USD, before costs. */
  pnlUsd: number;
  costUsd: number;
  /** Sum of the allocations in force, USD. */
  allocatedUsd: number;
}

/** Two ways to allocate the same book, and the second at the first's size. */
export const BOOKS = ['base', 'proposed', 'proposed_equal_size'] as const;
export type Book = (typeof BOOKS)[number];

interface Allocation {
  base: number;
  proposed: number;
  sinceSec: number;
}

/**
 * What base and proposed allocations would have earned, held at their targets from row to row of prices: allocation times the
 * price's relative change. An allocation is in force from the first row that is later than its decision's second: what was
 * known when it was decided cannot be earned from. Costs are those of changed targets; trades that bring a position back to
 * its target after a price moved are left out, for all books alike, and so is the first purchase.
 * `proposed_equal_size` scales the proposed allocations to the sum of the bases, row by row: it tells the choice from the size.
 */
export class Performance {
  readonly #prices: PriceRows;
  readonly #options: PerformanceOptions;
  readonly #column: Map<string, number>;
  readonly #allocations = new Map<string, Allocation>();
  readonly #held: Record<Book, Map<string, number>> = {
    base: new Map(),
    proposed: new Map(),
    proposed_equal_size: new Map(),
  };
  #row = -1;
  #lastSec = 0;
  /** Symbols with proposals but without prices. */
  readonly unpriced = new Set<string>();
  readonly earned: Record<Book, Earned[]> = { base: [], proposed: [], proposed_equal_size: [] };

  constructor(prices: PriceRows, options: PerformanceOptions) {
    this.#prices = prices;
    this.#options = options;
    this.#column = new Map(prices.symbols.map((symbol, at) => [symbol, at]));
  }

  /** Takes an allocation; their times ascend. */
  observe(symbol: string, tsEpochSec: number, baseUsd: number, proposedUsd: number): void {
    const inForceSec = tsEpochSec + 1;
    const { rows } = this.#prices;
    if (this.#row < 0) {
      const first = rows.findIndex(({ tsSec }) => tsSec >= inForceSec);
      this.#row = first < 0 ? rows.length : first;
    }
    this.#passRows((tsSec) => tsSec < inForceSec);
    this.#lastSec = inForceSec;
    if (!this.#column.has(symbol)) this.unpriced.add(symbol);
    this.#allocations.set(symbol, { base: baseUsd, proposed: proposedUsd, sinceSec: inForceSec });
  }

  /** The rows that are left, as long as the last allocation is in force. */
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

  #pass(row: PriceRows['rows'][number], next: PriceRows['rows'][number]): void {
    const fresh = [...this.#allocations].filter(([, { sinceSec }]) => row.tsSec - sinceSec <= this.#options.maxAgeSec);
    const priced = fresh.flatMap(([symbol, { base, proposed }]) => {
      const column = this.#column.get(symbol) ?? -1;
      const [from, to] = [row.prices[column], next.prices[column]];
      return from === undefined || to === undefined ? [] : [{ symbol, base, proposed, change: to / from - 1 }];
    });
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const bases = sum(priced.map(({ base }) => base));
    const proposals = sum(priced.map(({ proposed }) => proposed));
    const scale = proposals > 0 ? bases / proposals : 0;
    for (const book of BOOKS) {
      const target = ({ base, proposed }: (typeof priced)[number]): number =>
        book === 'base' ? base : book === 'proposed' ? proposed : proposed * scale;
      const held = this.#held[book];
      const isFirst = this.earned[book].length === 0;
      const changes = priced.map((one) => Math.abs(target(one) - (held.get(one.symbol) ?? 0)));
      for (const one of priced) held.set(one.symbol, target(one));
      this.earned[book].push({
        tsSec: next.tsSec,
        pnlUsd: sum(priced.map((one) => target(one) * one.change)),
        costUsd: isFirst ? 0 : (sum(changes) * this.#options.costBps) / 10_000,
        allocatedUsd: sum(priced.map(target)),
      });
    }
  }
}

/**
 * Maximum drawdown of a running sum: the greatest fall from a peak (the start included) to a later trough, as an amount >= 0
 * (Magdon-Ismail and Atiya, Maximum Drawdown, 2004).
 */
export function maxDrawdown(gains: readonly number[]): number {
  let [total, peak, deepest] = [0, 0, 0];
  for (const gain of gains) {
    total += gain;
    peak = Math.max(peak, total);
    deepest = Math.max(deepest, peak - total);
  }
  return deepest;
}
