import { MAX_SYMBOLS } from '../snapshot/snapshot.js';
import type { SymbolRow } from '../snapshot/symbols.js';
import { isSameRow, newRow, type Draft } from './symbol-rows.js';

type Rows = ReadonlyMap<string, SymbolRow>;

/** The rows that a cycle changes: each is copied once, however many entries name its symbol. */
export class Drafts {
  readonly #before: Rows;
  readonly #drafts = new Map<string, Draft>();
  #free: number;
  /** Entries of symbols that exceed the limit of symbols. */
  leftOut = 0;

  constructor(before: Rows) {
    this.#before = before;
    this.#free = MAX_SYMBOLS - before.size;
  }

  /** A symbol's row as it is now; undefined without one. */
  current(symbol: string): SymbolRow | undefined {
    return this.#drafts.get(symbol) ?? this.#before.get(symbol);
  }

  /** The draft of a symbol; undefined where there is no room for another one. */
  of(symbol: string): Draft | undefined {
    const known = this.#drafts.get(symbol);
    if (known) return known;
    const row = this.#before.get(symbol);
    if (!row && this.#free <= 0) {
      this.leftOut += 1;
      return undefined;
    }
    if (!row) this.#free -= 1;
    const draft = { ...(row ?? newRow(symbol)) };
    this.#drafts.set(symbol, draft);
    return draft;
  }

  /** The rows before, with the drafts that say something else: the same map where none does. */
  rows(): Rows {
    const changed = [...this.#drafts].filter(([symbol, draft]) => {
      const row = this.#before.get(symbol);
      return row === undefined || !isSameRow(row, draft);
    });
    if (changed.length === 0) return this.#before;
    const rows = new Map(this.#before);
    for (const [symbol, draft] of changed) rows.set(symbol, draft);
    return rows;
  }
}
