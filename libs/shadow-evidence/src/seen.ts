/**
 * Ids that were met, by 53 bits of a hash: 32 MB for a million, where the texts would take 80. That any two of a million are taken
 * for one has a probability of 6e-5.
 */
export class Seen {
  readonly #hashes = new Set<number>();

  /** How many different ids were met. */
  get size(): number {
    return this.#hashes.size;
  }

  has(id: string): boolean {
    return this.#hashes.has(hash53(id));
  }

  /** Takes an id down. @returns whether it was met for the first time */
  isNew(id: string): boolean {
    const { size } = this.#hashes;
    return this.#hashes.add(hash53(id)).size > size;
  }
}

/** cyrb53, of the public domain (github.com/bryc/code): two multiplicative hashes of 32 bits, mixed, 53 bits of them. */
function hash53(text: string): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
