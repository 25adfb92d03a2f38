import type { PriceRows } from '@quantum/shadow-evidence';

/** The last price of each symbol as time goes on. */
export class Prints {
  readonly #prices: PriceRows;
  readonly #last = new Map<string, { price: number; tsSec: number }>();
  #row = 0;

  constructor(prices: PriceRows) {
    this.#prices = prices;
  }

  /** Prices at a time that are at most this old; times must not fall. */
  at(tsSec: number, maxAgeSec: number): ReadonlyMap<string, number> {
    const { symbols, rows } = this.#prices;
    for (let row = rows[this.#row]; row !== undefined && row.tsSec <= tsSec; row = rows[this.#row]) {
      for (const [column, symbol] of symbols.entries()) {
        const price = row.prices[column];
        if (price !== undefined) this.#last.set(symbol, { price, tsSec: row.tsSec });
      }
      this.#row += 1;
    }
    const fresh = [...this.#last].filter(([, print]) => tsSec - print.tsSec <= maxAgeSec);
    return new Map(fresh.map(([symbol, { price }]) => [symbol, price]));
  }
}
