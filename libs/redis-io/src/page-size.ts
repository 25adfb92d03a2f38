import type { StreamEntry } from './stream-entry.js';

/** Target size of a page of entries, bytes: several are in flight, in a heap of a few hundred MB. */
export const PAGE_BYTES = 2 ** 21;
/** Maximum that is read at once, as a page or as an entry, bytes. */
export const MAX_READ_BYTES = 2 ** 24;

/**
 * Chooses the number of entries of a page. It is the wanted number while entries have the size of plans, and fewer
 * after large ones. After a failed page it is one, and then doubles with each page.
 */
export class PageSize {
  #entries = Infinity;

  /** Size of the next page, of at most `wanted` entries. */
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
