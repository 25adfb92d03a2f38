import { added } from './number.js';

/** Counts of a span of time, from `startSec` on. */
export interface Bucket<N extends string> {
  readonly startSec: number;
  readonly counts: Readonly<Record<N, number>>;
}

/** Counts over a time that moves on, in buckets: its size does not grow with the number of cycles. */
export type Window<N extends string> = readonly Bucket<N>[];

/**
 * Length of a window's buckets, seconds, and their number. It covers the last `count` - 1 whole buckets and the current
 * one.
 */
export interface WindowSize {
  readonly bucketSec: number;
  readonly count: number;
}

/** The window with more counts, and without what has left it. */
export function addCounts<N extends string>(
  window: Window<N>,
  nowSec: number,
  counts: Readonly<Record<N, number>>,
  { bucketSec, count }: WindowSize,
): Window<N> {
  const startSec = Math.floor(nowSec / bucketSec) * bucketSec;
  const kept = window.filter((bucket) => bucket.startSec > startSec - count * bucketSec);
  const last = kept.at(-1);
  if (last?.startSec !== startSec) return [...kept, { startSec, counts }];
  return [...kept.slice(0, -1), { startSec, counts: sumOf(last.counts, counts) }];
}

/** Sum of a window; each count of `zero` is 0. */
export const totals = <N extends string>(
  window: Window<N>,
  zero: Readonly<Record<N, number>>,
): Readonly<Record<N, number>> => window.reduce((sum, { counts }) => sumOf(sum, counts), zero);

function sumOf<N extends string>(
  a: Readonly<Record<N, number>>,
  b: Readonly<Record<N, number>>,
): Readonly<Record<N, number>> {
  const names = Object.keys(a) as N[];
  return Object.fromEntries(names.map((name) => [name, added(a[name], b[name])])) as Record<N, number>;
}
