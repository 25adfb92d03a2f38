import type { GuardInput } from '@quantum/rollout-guards';
import { PUBLISHING } from '@quantum/rollout-plan';
import type { CycleMarket, FoldContext } from './market.js';
import { finiteOf, isKnown, isPositive } from './number.js';

/** The book in units: a flow changes their number, and a gain or a loss what each of them is worth. */
export interface BookUnits {
  readonly units: number;
  /** High of what a unit is worth, USD. */
  readonly highUsd: number;
  /** Equity and flows as last known, USD. Flows are undefined where none were published when the high began. */
  readonly equityUsd: number;
  readonly netFlowsUsd: number | undefined;
}

/**
 * The book since something is published; it begins anew with the first flows that are published. Before that its high is the value of
 * today: what fell earlier is not ours. Where equity or flows are unknown, it stays.
 */
export function foldBook(
  book: BookUnits | undefined,
  market: CycleMarket,
  { state }: Pick<FoldContext, 'state'>,
): BookUnits | undefined {
  const isFirstNet = isKnown(market.netFlowsUsd) && book?.netFlowsUsd === undefined;
  if (book === undefined || isFirstNet || !PUBLISHING.has(state.name)) return newBook(market);
  return bookAt(book, market) ?? book;
}

/** The book as the guard takes it. */
export function bookInput(book: BookUnits | undefined, market: CycleMarket): GuardInput['book'] {
  const now = book && bookAt(book, market);
  return now && { valueUsd: now.equityUsd / now.units, highUsd: now.highUsd, asOfSec: market.nowSec };
}

const newBook = ({ equityUsd, netFlowsUsd }: CycleMarket): BookUnits | undefined =>
  isPositive(equityUsd) ? { units: 1, highUsd: equityUsd, equityUsd, netFlowsUsd: finiteOf(netFlowsUsd) } : undefined;

/** The book at these values; undefined: unknown. Flows that were published before and are not now are unknown, not 0. */
function bookAt(book: BookUnits, market: CycleMarket): BookUnits | undefined {
  const isNet = book.netFlowsUsd !== undefined;
  const equityUsd = finiteOf(market.equityUsd);
  const netFlowsUsd = isNet ? finiteOf(market.netFlowsUsd) : undefined;
  if (equityUsd === undefined || (isNet && netFlowsUsd === undefined)) return undefined;
  const units = book.units * unitsRatio(book.equityUsd, equityUsd, (netFlowsUsd ?? 0) - (book.netFlowsUsd ?? 0));
  const valueUsd = equityUsd / units;
  // A flow into or out of nothing has no price.
  if (!isPositive(units) || !isKnown(valueUsd)) return newBook(market);
  return { units, highUsd: Math.max(book.highUsd, valueUsd), equityUsd, netFlowsUsd };
}

/**
 * Units after a flow, a share of those before. When it came is not known: a deposit counts as made first and a withdrawal as made last, so
 * that the gain is one of the larger book, and no flow makes a fall larger.
 */
function unitsRatio(beforeUsd: number, afterUsd: number, flowUsd: number): number {
  if (flowUsd === 0) return 1;
  return flowUsd > 0 ? (beforeUsd + flowUsd) / beforeUsd : afterUsd / (afterUsd - flowUsd);
}
