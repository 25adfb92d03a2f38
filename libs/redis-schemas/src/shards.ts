const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;
const utf8 = new TextEncoder();

/**
 * The shard of a symbol, 0 to `shards` - 1: FNV-1a (32 bits) of its UTF-8 bytes, modulo `shards`. Part of the contract
 * between processes: if two of them used different functions, both could publish one symbol.
 */
export function shardOfSymbol(symbol: string, shards: number): number {
  let hash = OFFSET_BASIS;
  for (const byte of utf8.encode(symbol)) hash = Math.imul(hash ^ byte, PRIME) >>> 0;
  return hash % shards;
}
