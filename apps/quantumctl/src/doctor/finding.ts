import type { Facts } from './facts.js';

/**
 * What a finding does, the worst first: limits do not hold or state can be lost; nothing is done for any symbol;
 * something is not done for some; worth knowing.
 */
export const HARMS = ['danger', 'idle', 'part', 'note'] as const;
export type Harm = (typeof HARMS)[number];

/** One thing that is wrong, in the words of an operator. */
export interface Finding {
  /** The key, stream or server setting where it was seen. */
  readonly key: string;
  readonly field?: string;
  /** As read. */
  readonly value?: string;
  /** Where it is less harmful than what the check looks for: it concerns single symbols. */
  readonly harm?: Harm;
  /** How many other keys or entries show the same. */
  readonly others?: number;
  /** What it leads to. */
  readonly means: string;
  /** Who must fix it, and what they must do. */
  readonly owner: string;
  readonly remedy: string;
}

/** A pure question to what was read. */
export interface Check {
  readonly name: string;
  readonly harm: Harm;
  /** What it looks for: completes "finds ...". */
  readonly finds: string;
  readonly find: (facts: Facts) => readonly Finding[];
}

/** A finding with the check that made it. */
export interface Diagnosis extends Finding {
  readonly check: string;
  readonly harm: Harm;
}

/** One finding for each group of alike ones: the first, with the number of the others. */
export function alike<T>(
  seen: readonly T[],
  groupOf: (one: T) => string,
  describe: (first: T, all: readonly T[]) => Finding,
): Finding[] {
  const groups = new Map<string, T[]>();
  for (const one of seen) {
    const group = groupOf(one);
    const known = groups.get(group);
    if (known) known.push(one);
    else groups.set(group, [one]);
  }
  return [...groups.values()].map((all) => {
    const finding = describe(all[0] as T, all);
    return all.length > 1 ? { ...finding, others: all.length - 1 } : finding;
  });
}

/** One finding for all of them, which says itself how many there are. */
export function together<T>(seen: readonly T[], describe: (first: T, all: readonly T[]) => Finding): Finding[] {
  const [first] = seen;
  return first === undefined ? [] : [describe(first, seen)];
}
