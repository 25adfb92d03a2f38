import type { ClosedPeriod } from '@quantum/efficiency-score';

/** The field `closed` of an entry of the decision stream: a closed period as JSON. What is unknown is left out. */
export interface ClosedGiven {
  period: number;
  position?: number | undefined;
  price?: number | undefined;
  reserved_usd?: number | undefined;
  /** Signed quantity and price of each. */
  fills: readonly (readonly [signedQty: number, priceUsd: number])[];
  fees_usd: number;
  funding_usd: number;
  reported_gain_usd?: number | undefined;
  oldest_input: number;
  performance?: number | undefined;
  last_execution?: number | undefined;
}

export const closedOf = (closed: ClosedGiven): ClosedPeriod => ({
  period: closed.period,
  end: { positionQty: closed.position, priceUsd: closed.price },
  reservedUsd: closed.reserved_usd,
  fills: closed.fills.map(([signedQty, priceUsd]) => ({ signedQty, priceUsd })),
  feesUsd: closed.fees_usd,
  fundingUsd: closed.funding_usd,
  reportedGainUsd: closed.reported_gain_usd,
  oldestInputSec: closed.oldest_input,
  performance: closed.performance,
  lastExecutionSec: closed.last_execution,
});
