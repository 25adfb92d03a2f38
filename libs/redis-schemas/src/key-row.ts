/** One line of the documented list of keys. */
export interface KeyRow {
  key: string;
  type: 'string' | 'hash' | 'sorted set' | 'stream';
  /** Lifetime, as text. */
  lifetime: string;
  writer: string;
  readers: string;
  holds: string;
}

export const row = (
  key: string,
  type: KeyRow['type'],
  lifetime: string,
  writer: string,
  readers: string,
  holds: string,
): KeyRow => ({ key, type, lifetime, writer, readers, holds });

/** The programs that write and read keys, by their folders in apps/. */
export const PROPOSER = 'allocation-target';
export const GOVERNOR = 'governor-plugin';
export const ANNOTATOR = 'permit-annotator';

/** In the name of a key, the symbol that it is about. */
export const S = '{symbol}';
