import type { Snapshot } from '../snapshot/snapshot.js';

/** A snapshot as JSON text. */
export function encodeSnapshot(snapshot: Snapshot): string {
  return JSON.stringify({ ...snapshot, symbols: [...snapshot.symbols.values()] });
}

/** Reads what `encodeSnapshot` wrote. It is our own text: the fields are not checked. */
export function decodeSnapshot(json: string): Snapshot {
  const { symbols, ...rest } = JSON.parse(json) as Omit<Snapshot, 'symbols'> & { symbols: { symbol: string }[] };
  return { ...rest, symbols: new Map(symbols.map((row) => [row.symbol, row])) } as unknown as Snapshot;
}
