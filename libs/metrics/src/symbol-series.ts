import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { configuration } from './build.js';
import { BOTH } from './declarations.js';
import type { Declaration } from './declarations.js';
import type { SymbolTable } from './symbol-table.js';

// Series of symbols live in a table of ours and become prom-client's only when they are scraped: setting a value is one
// look-up, no hashing of labels, and removing a symbol removes whatever it had.

/** Under this symbol count the events of symbols that have no series of their own, so that sums stay whole. */
export const OTHER_SYMBOL = '_other';

/** Values by gauge. A gauge that is left out keeps its value; undefined removes its series. */
export type GaugeValues<G extends string> = { readonly [K in G]?: number | undefined };

/** Gauges with one series a symbol, for at most `maxSymbols` symbols. */
export interface SymbolGauges<G extends string> {
  /** Sets what was read. Undefined, as for what could not be read, removes that series. Does nothing beyond the cap. */
  set(symbol: string, values: GaugeValues<G>): void;
  /** Removes every series of a symbol that is gone, its counters included, and makes room for another. */
  delete(symbol: string): void;
  /** Symbols that have series, at most `maxSymbols`. */
  symbols(): string[];
  /** Removes every series of symbols that are not among these. A Set is used as it is. */
  retain(symbols: Iterable<string>): void;
}

/** The gauge that says how many symbols have no series. */
export function registerLeftOut(registry: Registry, table: SymbolTable<unknown>): void {
  new Gauge({
    ...configuration(BOTH.symbolsLeftOut, registry),
    collect() {
      this.set(table.leftOut);
    },
  });
}

/** Builds gauges whose values stand in `valuesOf(entry)` of the table's entries. */
export function buildSymbolGauges<G extends string, E>(
  group: Readonly<Record<G, Declaration>>,
  registry: Registry,
  table: SymbolTable<E>,
  valuesOf: (entry: E) => GaugeValues<G>,
): SymbolGauges<G> {
  for (const key of Object.keys(group) as G[]) {
    new Gauge({
      ...configuration(group[key], registry),
      collect() {
        this.reset();
        for (const [symbol, entry] of table) {
          const value = valuesOf(entry)[key];
          if (value !== undefined) this.set({ symbol }, value);
        }
      },
    });
  }
  return {
    set: (symbol, values) => {
      const entry = table.entry(symbol);
      if (entry !== undefined) Object.assign(valuesOf(entry), values);
    },
    delete: (symbol) => {
      table.delete(symbol);
    },
    symbols: () => Array.from(table, ([symbol]) => symbol),
    retain: (symbols) => {
      table.retain(symbols);
    },
  };
}

/** Registers a counter whose series are listed anew at each scrape. */
export function registerCounts(
  declaration: Declaration,
  registry: Registry,
  series: () => Iterable<readonly [labels: Record<string, string>, count: number]>,
): void {
  new Counter({
    ...configuration(declaration, registry),
    collect() {
      this.reset();
      for (const [labels, count] of series()) this.inc(labels, count);
    },
  });
}
