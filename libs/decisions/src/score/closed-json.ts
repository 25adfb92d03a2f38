import type { ClosedPeriod } from '@quantum/efficiency-score';
import * as z from 'zod';

const number = z.number();

/** The JSON of a closed period: everything that its state depends on. An unknown value is left out. */
const ClosedSchema = z.object({
  period: number,
  position: number.optional(),
  price: number.optional(),
  reserved_usd: number.optional(),
  fills: z.array(z.tuple([number, number])),
  fees_usd: number,
  funding_usd: number,
  reported_gain_usd: number.optional(),
  oldest_input: number,
  performance: number.optional(),
  last_execution: number.optional(),
});

export type ClosedJson = z.infer<typeof ClosedSchema>;

/** Numbers at full precision; ECMAScript's JSON. */
export const closedText = ({ end, ...closed }: ClosedPeriod): string =>
  JSON.stringify({
    period: closed.period,
    position: end.positionQty,
    price: end.priceUsd,
    reserved_usd: closed.reservedUsd,
    fills: closed.fills.map(({ signedQty, priceUsd }) => [signedQty, priceUsd]),
    fees_usd: closed.feesUsd,
    funding_usd: closed.fundingUsd,
    reported_gain_usd: closed.reportedGainUsd,
    oldest_input: closed.oldestInputSec,
    performance: closed.performance,
    last_execution: closed.lastExecutionSec,
  });

/** Reads what `closedText` wrote; undefined if it is something else. */
export function closedOf(text: string): ClosedPeriod | undefined {
  const { data } = ClosedSchema.safeParse(jsonOf(text));
  return data && closedFrom(data);
}

export const closedFrom = (closed: ClosedJson): ClosedPeriod => ({
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

/** The value of a JSON text; undefined if it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
