/** A list after a change: `added`, then `kept` elements of the list before, from index `from` on. */
export interface ListDelta<T> {
  readonly added: readonly T[];
  readonly from: number;
  readonly kept: number;
}

/** What turns `before` into `after`, both newest first. Elements that stay are the same objects. */
export function listDelta<T>(before: readonly T[], after: readonly T[]): ListDelta<T> {
  // Lists are short, and mostly begin with one new element: a map of their places takes longer than a search.
  const firstKept = after.findIndex((element) => before.includes(element));
  if (firstKept === -1) return { added: after, from: 0, kept: 0 };
  const from = before.indexOf(after[firstKept] as T);
  let kept = 0;
  while (firstKept + kept < after.length && Object.is(after[firstKept + kept], before[from + kept]) && from + kept < before.length) kept += 1; // prettier-ignore
  const isTail = firstKept + kept === after.length;
  return isTail ? { added: after.slice(0, firstKept), from, kept } : { added: after, from: 0, kept: 0 };
}

/** The list after a change. */
export const applyList = <T>(before: readonly T[], { added, from, kept }: ListDelta<T>): readonly T[] => [
  ...added,
  ...before.slice(from, from + kept),
];
