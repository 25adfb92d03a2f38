/** The label of a symbol's series. */
export interface SymbolLabels extends Record<string, string> {
  readonly symbol: string;
}

/** Entries for at most `maxSymbols` symbols, first come first served; others are only counted. Cheap in every cycle. */
export class SymbolTable<E> implements Iterable<readonly [SymbolLabels, E]> {
  readonly #rows = new Map<string, readonly [SymbolLabels, E]>();
  readonly #leftOut = new Set<string>();
  readonly #maxSymbols: number;
  readonly #create: () => E;

  constructor(maxSymbols: number, create: () => E) {
    this.#maxSymbols = maxSymbols;
    this.#create = create;
  }

  /** The symbol's entry, made on first use; undefined if the table is full. */
  entry(symbol: string): E | undefined {
    const known = this.#rows.get(symbol);
    if (known !== undefined) return known[1];
    if (this.#rows.size >= this.#maxSymbols) {
      this.#leftOut.add(symbol);
      return undefined;
    }
    const entry = this.#create();
    this.#rows.set(symbol, [{ symbol }, entry]);
    this.#leftOut.delete(symbol);
    return entry;
  }

  delete(symbol: string): void {
    this.#rows.delete(symbol);
    this.#leftOut.delete(symbol);
  }

  /** Deletes every symbol that is not in this set. */
  retain(symbols: Iterable<string>): void {
    const kept: ReadonlySet<string> = symbols instanceof Set ? symbols : new Set(symbols);
    for (const symbol of this.#rows.keys()) if (!kept.has(symbol)) this.#rows.delete(symbol);
    for (const symbol of this.#leftOut) if (!kept.has(symbol)) this.#leftOut.delete(symbol);
  }

  /** Number of symbols that asked for an entry and have none. */
  get leftOut(): number {
    return this.#leftOut.size;
  }

  [Symbol.iterator](): Iterator<readonly [SymbolLabels, E]> {
    return this.#rows.values();
  }
}
