import type { GuardInput } from '@quantum/rollout-guards';
import { PUBLISHING } from '@quantum/rollout-plan';
import type { CycleMarket, FoldContext } from './market.js';
import { finiteOf } from './number.js';

/** The book's high, net of flows, USD. Undefined: not known yet. */
export interface BookHigh {
  readonly bookHighUsd: number | undefined;
  /** Whether flows were published when it began. */
  readonly bookIsNet: true | undefined;
}

/**
 * Value of the book, USD, net of flows where its high is; undefined: unknown. Flows that were published before and are not now are
 * unknown, not 0.
 */
const bookUsd = ({ equityUsd, netFlowsUsd }: CycleMarket, { bookIsNet }: BookHigh): number | undefined =>
  finiteOf((equityUsd ?? NaN) - (bookIsNet ? (netFlowsUsd ?? NaN) : 0));

/**
 * The high since something is published; it begins anew with the first flows that are published. Before that it is the value of today: what fell
 * earlier is not ours.
 */
export function foldBookHigh(high: BookHigh, market: CycleMarket, { state }: Pick<FoldContext, 'state'>): BookHigh {
  const bookIsNet: true | undefined = finiteOf(market.netFlowsUsd) === undefined ? undefined : true;
  const isNew = !PUBLISHING.has(state.name) || (bookIsNet && !high.bookIsNet);
  const known: BookHigh = isNew ? { bookHighUsd: undefined, bookIsNet } : high;
  const valueUsd = bookUsd(market, known) ?? known.bookHighUsd;
  const bookHighUsd = valueUsd === undefined ? undefined : Math.max(valueUsd, known.bookHighUsd ?? valueUsd);
  return { bookHighUsd, bookIsNet: known.bookIsNet };
}

/** The book as the guard takes it. */
export function bookInput(high: BookHigh, market: CycleMarket): GuardInput['book'] {
  const valueUsd = bookUsd(market, high);
  const { bookHighUsd: highUsd } = high;
  if (valueUsd === undefined || highUsd === undefined) return undefined;
  return { valueUsd, highUsd, equityUsd: market.equityUsd, asOfSec: market.nowSec };
}
