import type { Registry } from 'prom-client';
import { ListedCounter, ListedGauge, type Series } from './listed.js';
import { BOTH } from './declarations.js';
import type { Declaration } from './declaration.js';
import { SymbolTable, type SymbolLabels } from './symbol-table.js';

// Series of symbols are kept in our own table, and prom-client gets them as a list at a scrape. Setting a value is one
// lookup without hashing of labels, and removing a symbol removes all its series.

/** Events of symbols without series of their own count under this symbol, so that sums stay complete. */
export const OTHER_SYMBOL = '_other';
export const OTHER_LABELS: SymbolLabels = { symbol: OTHER_SYMBOL };

/** Values by gauge. An omitted gauge keeps its value; undefined removes its series. */
export type GaugeValues<G extends string> = { readonly [K in G]?: number | undefined };

/** Gauges with one series per symbol, for at most `maxSymbols` symbols. */
export interface SymbolGauges<G extends string> {
  /** Sets the values of a symbol; undefined (unreadable) removes that series. Does nothing beyond the limit. */
  set(symbol: string, values: GaugeValues<G>): void;
  /** Removes every series of a symbol that is gone, its counters included, and frees its entry. */
  delete(symbol: string): void;
  /** Symbols that have series, at most `maxSymbols`. */
  symbols(): string[];
  /** Removes every series of symbols that are not in this set. A Set is used without a copy. */
  retain(symbols: Iterable<string>): void;
}

/** The gauge with the number of symbols without series. */
export function registerLeftOut(registry: Registry, table: SymbolTable<unknown>): void {
  new ListedGauge(BOTH.symbolsLeftOut, registry, () => [[{}, table.leftOut]]);
}

/** Entries by symbol, and one for the symbols beyond the limit. */
export interface SymbolEntries<E> {
  readonly table: SymbolTable<E>;
  /** What counts for a symbol: its own entry, or that of `_other`. */
  of(symbol: string): E;
  /** Each entry with its labels, that of `_other` too. */
  all(): Iterable<readonly [SymbolLabels, E]>;
}

export function symbolEntries<E>(registry: Registry, maxSymbols: number, make: () => E): SymbolEntries<E> {
  const table = new SymbolTable(maxSymbols, make);
  const others = make();
  registerLeftOut(registry, table);
  return {
    table,
    of: (symbol) => table.entry(symbol) ?? others,
    *all() {
      yield* table;
      yield [OTHER_LABELS, others];
    },
  };
}

/** Builds gauges from `valuesOf(entry)` of the table's entries. */
export function buildSymbolGauges<G extends string, E>(
  group: Readonly<Record<G, Declaration>>,
  registry: Registry,
  table: SymbolTable<E>,
  valuesOf: (entry: E) => GaugeValues<G>,
): SymbolGauges<G> {
  for (const key of Object.keys(group) as G[]) {
    new ListedGauge(group[key], registry, function* () {
      for (const [labels, entry] of table) yield [labels, valuesOf(entry)[key]];
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
    symbols: () => Array.from(table, ([{ symbol }]) => symbol),
    retain: (symbols) => {
      table.retain(symbols);
    },
  };
}

/** Registers a gauge whose series are collected at each scrape. */
export function registerGauge(declaration: Declaration, registry: Registry, series: () => Series): void {
  new ListedGauge(declaration, registry, series);
}

/** Registers a counter whose series are collected at each scrape. */
export function registerCounts(declaration: Declaration, registry: Registry, series: () => Series): void {
  new ListedCounter(declaration, registry, series);
}
