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

/** What a withdrawal leaves of the book counts as nothing below this share. */
const LEFT_OF_ALL = 1e-3;

/**
 * The book since something is published; it begins anew with the first flows that are published. Before that its high
 * is the value of today: what fell earlier is not ours. Where equity or flows are unknown, it stays.
 */
export function foldBook(
  book: BookUnits | undefined,
  market: CycleMarket,
  { state }: Pick<FoldContext, 'state'>,
): BookUnits | undefined {
  const isFirstNet = isKnown(market.netFlowsUsd) && book?.netFlowsUsd === undefined;
  if (book === undefined || !PUBLISHING.has(state.name)) return newBook(market);
  // A deposit into nothing has no price.
  const isPriceless = book.equityUsd <= 0 && flowSince(book, market) > 0;
  if (isFirstNet || isPriceless) return newBook(market) ?? book;
  const [equityUsd, netFlowsUsd] = [finiteOf(market.equityUsd), finiteOf(market.netFlowsUsd)];
  const [valueUsd, flowUsd] = [unitValueUsd(book, market), flowSince(book, market)];
  if (valueUsd === undefined || equityUsd === undefined) return book;
  const highUsd = Math.max(book.highUsd, valueUsd);
  const beforeFlowUsd = equityUsd - flowUsd;
  // After a withdrawal of all, what was withdrawn counts as still there: another deposit then has a price.
  if (flowUsd < 0 && equityUsd <= LEFT_OF_ALL * beforeFlowUsd) return { ...book, highUsd, equityUsd: Math.max(0, beforeFlowUsd) }; // prettier-ignore
  const growth = flowUsd > 0 ? 1 + flowUsd / book.equityUsd : equityUsd / beforeFlowUsd;
  const units = flowUsd === 0 ? book.units : book.units * growth;
  if (!isPositive(units)) return book;
  return { units, highUsd, equityUsd, netFlowsUsd: book.netFlowsUsd === undefined ? undefined : netFlowsUsd };
}

/** The book as the guard takes it. */
export function bookInput(book: BookUnits | undefined, market: CycleMarket): GuardInput['book'] {
  const valueUsd = book && unitValueUsd(book, market);
  return book && valueUsd !== undefined ? { valueUsd, highUsd: book.highUsd, asOfSec: market.nowSec } : undefined;
}

const newBook = ({ equityUsd, netFlowsUsd }: CycleMarket): BookUnits | undefined =>
  isPositive(equityUsd) ? { units: 1, highUsd: equityUsd, equityUsd, netFlowsUsd: finiteOf(netFlowsUsd) } : undefined;

/**
 * Deposits minus withdrawals since the book was last known, USD. NaN: flows that were published before and are not now.
 */
const flowSince = (book: BookUnits, { netFlowsUsd }: CycleMarket): number =>
  book.netFlowsUsd === undefined ? 0 : (finiteOf(netFlowsUsd) ?? NaN) - book.netFlowsUsd;

/**
 * What a unit is worth, USD; undefined: unknown. When a flow came is not known: a deposit counts as made first and a
 * withdrawal as made last, so that a gain is one of the larger book, and no flow makes a fall larger.
 */
function unitValueUsd(book: BookUnits, market: CycleMarket): number | undefined {
  const { equityUsd: afterUsd = NaN } = market;
  const { units, equityUsd: beforeUsd } = book;
  const flowUsd = flowSince(book, market);
  const shareOfOld = beforeUsd > 0 ? beforeUsd / (beforeUsd + flowUsd) : 1;
  return finiteOf(flowUsd > 0 ? (afterUsd / units) * shareOfOld : (afterUsd - flowUsd) / units);
}
