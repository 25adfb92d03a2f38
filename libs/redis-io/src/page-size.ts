import type { StreamEntry } from './stream-entry.js';

/** What a page of entries is meant to have at most, bytes: several are in flight, in a heap of a few hundred MB. */
export const PAGE_BYTES = 2 ** 21;
/** What is never read at once, bytes: neither as one page nor as one entry. */
export const MAX_READ_BYTES = 2 ** 24;

/**
 * How many entries a page may have: as many as are wanted while they are as small as plans are, fewer where those of the
 * page before were large, one after a page that failed, from there on twice as many each time.
 */
export class PageSize {
  #entries = Infinity;

  /** For the next page, of which `wanted` are wanted. */
  atMost(wanted: number): number {
    return Math.min(wanted, this.#entries);
  }

  failed(): void {
    this.#entries = 1;
  }

  took(page: readonly StreamEntry[]): void {
    if (page.length === 0) return;
    let bytes = 1;
    for (const { fields } of page) for (const text of fields) bytes += text.length;
    const fitting = Math.max(1, Math.floor((PAGE_BYTES * page.length) / bytes));
    this.#entries = Math.min(fitting, 2 * this.#entries);
  }
}
