import type { SymbolRow } from '@quantum/read-model';
import type { ColumnName, Ui } from './ui.js';

const VALUE: Readonly<Record<ColumnName, (row: SymbolRow) => string | number | null>> = {
  symbol: ({ symbol }) => symbol,
  base: ({ baseUsd }) => baseUsd,
  proposed: ({ proposedUsd }) => proposedUsd,
  multiplier: ({ multiplier }) => multiplier,
  score: ({ score }) => score,
  confidence: ({ confidence }) => confidence,
  reason: ({ reason }) => reason,
  effective: ({ effectiveMultiplier }) => effectiveMultiplier,
  position: ({ positionUsd }) => positionUsd,
};

const inOrder = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The symbols that the reader wants to see, in the order that was asked for. What is not known comes last either way.
 */
export function chosenRows(symbols: Iterable<SymbolRow>, { text, reason, sortBy, isDescending }: Ui): SymbolRow[] {
  const wanted = text.trim().toUpperCase();
  const value = VALUE[sortBy];
  const sign = isDescending ? -1 : 1;
  return [...symbols]
    .filter((row) => (reason === '' || row.reason === reason) && row.symbol.toUpperCase().includes(wanted))
    .sort((a, b) => {
      const [left, right] = [value(a), value(b)];
      const bySymbol = inOrder(a.symbol, b.symbol);
      if (left === null || right === null) return left === right ? bySymbol : left === null ? 1 : -1;
      return sign * inOrder(left, right) || bySymbol;
    });
}

/** Rows that are drawn at once: more than any screen has. */
export const WINDOW_ROWS = 60;
/** Rows of the first paint, which has no scrolling of its own. */
export const FIRST_ROWS = 200;

/** The part of the rows that is drawn, and how many are above and below it. */
export function windowOf<T>(rows: readonly T[], firstRow: number): { readonly shown: readonly T[]; readonly above: number; readonly below: number } {
  const above = Math.max(0, Math.min(firstRow, rows.length - WINDOW_ROWS));
  const shown = rows.slice(above, above + WINDOW_ROWS);
  return { shown, above, below: rows.length - above - shown.length };
} // prettier-ignore
