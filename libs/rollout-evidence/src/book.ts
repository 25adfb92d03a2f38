import type { GuardInput } from '@quantum/rollout-guards';
import { PUBLISHING } from '@quantum/rollout-plan';
import type { CycleMarket, FoldContext } from './market.js';
import { finiteOf } from './number.js';

/** Value of the book net of flows, USD; undefined: unknown. */
const bookUsd = ({ equityUsd, netFlowsUsd = 0 }: CycleMarket): number | undefined =>
  finiteOf((equityUsd ?? NaN) - netFlowsUsd);

/** The book's high since something is published, USD. Before that it is the value of today: what fell earlier is not ours. */
export function foldBookHigh(
  highUsd: number | undefined,
  market: CycleMarket,
  { state }: Pick<FoldContext, 'state'>,
): number | undefined {
  const valueUsd = bookUsd(market);
  if (!PUBLISHING.has(state.name)) return valueUsd;
  return valueUsd === undefined ? highUsd : Math.max(valueUsd, highUsd ?? valueUsd);
}

/** The book as the guard takes it. */
export function bookInput(highUsd: number | undefined, market: CycleMarket): GuardInput['book'] {
  const valueUsd = bookUsd(market);
  return valueUsd === undefined || highUsd === undefined ? undefined : { valueUsd, highUsd, asOfSec: market.nowSec };
}
