import { entryIdMs, isLaterId } from '@quantum/redis-schemas';
import type { Entry } from '../readings.js';

const ID = /^\d{1,16}-\d{1,20}$/;

/** The entries in the order of their stream, whatever order they were given in, and how many have no id of a stream. */
export function inOrder(entries: readonly Entry[]): { entries: readonly Entry[]; unreadable: number } {
  const readable = entries.every(({ id }) => ID.test(id)) ? entries : entries.filter(({ id }) => ID.test(id));
  const isSorted = readable.every(({ id }, i) => i === 0 || !isLaterId(readable[i - 1]?.id ?? '', id));
  const sorted = isSorted ? readable : [...readable].sort((a, b) => (isLaterId(a.id, b.id) ? 1 : -1));
  return { entries: sorted, unreadable: entries.length - readable.length };
}

/** When an entry was added by the server's clock, unix seconds. An id ahead of now, which a writer may give, is now. */
export const addedSec = ({ id }: Entry, nowSec: number): number => Math.min(entryIdMs(id) / 1000, nowSec);
