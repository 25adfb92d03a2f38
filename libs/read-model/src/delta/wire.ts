import type { Snapshot } from '../snapshot/snapshot.js';
import type { SymbolRow } from '../snapshot/symbols.js';

/** A snapshot as JSON text. */
export const encodeSnapshot = (snapshot: Snapshot): string =>
  JSON.stringify({ ...snapshot, symbols: [...snapshot.symbols.values()] });

/** Reads what `encodeSnapshot` wrote. The text is our own: its fields are not checked. */
export function decodeSnapshot(json: string): Snapshot {
  const { symbols, ...rest } = JSON.parse(json) as Omit<Snapshot, 'symbols'> & { symbols: readonly SymbolRow[] };
  return { ...rest, symbols: new Map(symbols.map((row) => [row.symbol, row])) };
}
