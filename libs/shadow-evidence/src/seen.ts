/**
 * How long what was met is kept at least, seconds of the recording: a decision record lives 24 h; an hour for clocks
 * that differ.
 */
const RETENTION_SEC = 25 * 3600;
const FIRST_SLOTS = 1 << 10;
/** Share of the slots that are used at most. */
const MOST_USED = 0.75;

/** It is kept by periods, so that little more than that is kept. */
const PERIODS = 3;
const PERIOD_SEC = RETENTION_SEC / PERIODS;

/**
 * Ids that were met, by 53 bits of a hash, each with a mark of 32 bits. Memory is bounded by the ids of 33 hours: 25 MB
 * for a million a day. That any two of a million are taken for one has a probability of 6e-5.
 */
export class Seen {
  /** The current period first. */
  #tables = [new Table()];
  /** When the current period began. */
  #sinceSec = Infinity;
  #size = 0;

  /** How many times `isNew` said so. */
  get size(): number {
    return this.#size;
  }

  has(id: string): boolean {
    return this.#markOf(hash53(id)) !== undefined;
  }

  /** Takes an id down. @returns whether it was not met before, or last with another mark */
  isNew(id: string, nowSec = 0, mark = 0): boolean {
    return this.isNewHash(hash53(id), nowSec, mark);
  }

  /** As `isNew`, of an id's `hash53`. */
  isNewHash(hash: number, nowSec: number, mark: number): boolean {
    this.#forget(nowSec);
    if (!this.wouldBeNew(hash, mark)) return false;
    this.#tables[0]?.set(hash, mark);
    this.#size += 1;
    return true;
  }

  /** Whether `isNewHash` would say so. */
  wouldBeNew(hash: number, mark: number): boolean {
    return this.#markOf(hash) !== mark >>> 0;
  }

  #markOf(hash: number): number | undefined {
    for (const table of this.#tables) {
      const mark = table.get(hash);
      if (mark !== undefined) return mark;
    }
    return undefined;
  }

  #forget(nowSec: number): void {
    if (!Number.isFinite(nowSec)) return;
    // Also where a time is earlier: one far in the future must not end the forgetting.
    this.#sinceSec = Math.min(this.#sinceSec, nowSec);
    if (nowSec - this.#sinceSec < PERIOD_SEC) return;
    this.#tables = [new Table(), ...this.#tables.slice(0, PERIODS)];
    this.#sinceSec = nowSec;
  }
}

/** Numbers by a hash: open addressing, each in the first free slot behind its own. */
class Table {
  #hashes = new Float64Array(FIRST_SLOTS);
  #marks = new Uint32Array(FIRST_SLOTS);
  #used = 0;

  get(hash: number): number | undefined {
    const slot = slotOf(this.#hashes, hash);
    return this.#hashes[slot] === hash ? this.#marks[slot] : undefined;
  }

  set(hash: number, mark: number): void {
    if (this.#used >= MOST_USED * this.#hashes.length) this.#grow();
    const slot = slotOf(this.#hashes, hash);
    if (this.#hashes[slot] !== hash) this.#used += 1;
    this.#hashes[slot] = hash;
    this.#marks[slot] = mark;
  }

  #grow(): void {
    const [hashes, marks] = [this.#hashes, this.#marks];
    this.#hashes = new Float64Array(2 * hashes.length);
    this.#marks = new Uint32Array(2 * hashes.length);
    for (const [i, hash] of hashes.entries()) {
      if (hash === 0) continue;
      const slot = slotOf(this.#hashes, hash);
      this.#hashes[slot] = hash;
      this.#marks[slot] = marks[i] ?? 0;
    }
  }
}

/** Where a hash is, or would be. */
function slotOf(hashes: Float64Array, hash: number): number {
  const mask = hashes.length - 1;
  let slot = hash & mask;
  for (let found = hashes[slot]; found !== hash && found !== 0; found = hashes[slot]) slot = (slot + 1) & mask;
  return slot;
}

/** cyrb53, public domain (github.com/bryc/code): a hash of 53 bits. Never 0, which is an empty slot. */
export function hash53(text: string): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0) || 1;
}

/** A text of its own: V8 keeps the whole line for a part of it, 2 KB for each block that does not come. */
export const copyOf = (text: string): string => JSON.parse(JSON.stringify(text)) as string;
