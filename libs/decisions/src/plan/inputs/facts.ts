import { STOP_UPDATE_ACTION, type DecisionRecord } from '@quantum/redis-schemas';
import { isIdAhead, signOf } from '@quantum/risk-gates';
import { number, text, type ReadInputs } from './schema.js';

// What programs ask of a record's inputs apart from deciding again. A program that needs another of them adds a
// question here. The checkers of tools/faults alone read inputs by name: they stay independent of this code.

/** Whether the plan counted as one that reduces risk. */
export const isClosing = ({ closing }: ReadInputs): boolean => closing === true;

/** Whether the plan changes a stop alone: it executes nothing. */
export const isStopUpdate = ({ action }: ReadInputs): boolean => action === STOP_UPDATE_ACTION;

/** USD; undefined where it was not known. */
export const notionalUsdOf = ({ notional_usd: usd }: ReadInputs): number | undefined => number(usd);

/** In units of the asset; undefined where the plan had none. */
export const qtyOf = ({ qty }: ReadInputs): number | undefined => number(qty);

/** The plan's own digits of its quantity, where a double has not all of them. */
export const qtyTextOf = ({ qty_text: digits }: ReadInputs): string | undefined => text(digits);

/** Whether the symbol's windows were asked for the plan: it may have a reservation in them. */
export const areWindowsAsked = ({ exec_count_hour: hourCount, window }: ReadInputs): boolean =>
  number(hourCount) !== undefined || window === 'unreadable';

/** Whether the plan could not be counted: its windows were asked and not readable, or did not answer. */
export const isUncounted = ({ window, day_notional_usd: day }: ReadInputs): boolean =>
  window === 'unreadable' || day === 'unreadable';

/** Permits of the symbol before the plan; undefined where its windows were not read. */
export function executionsOf(inputs: ReadInputs): { hourCount: number; burstCount: number } | undefined {
  const [hourCount, burstCount] = [number(inputs.exec_count_hour), number(inputs.exec_count_5min)];
  return hourCount === undefined || burstCount === undefined ? undefined : { hourCount, burstCount };
}

/** What a plan lacked or got wrong. */
export interface Oddities {
  /** It opens, and nothing says how much. */
  isNotionalUnknown: boolean;
  /** It opens without a kill score. */
  isKillScoreMissing: boolean;
  /** A field of it held something else than an amount. */
  hasUnreadableFields: boolean;
  /** Its stream id is ahead of Redis' clock. */
  isIdAhead: boolean;
}

/** What the plan of a record lacked or got wrong. */
export const odditiesOf = (inputs: ReadInputs): Oddities => ({
  isNotionalUnknown: inputs.closing === false && inputs.notional_usd === null,
  isKillScoreMissing: inputs.closing === false && inputs.kill_score === null,
  hasUnreadableFields: text(inputs.unreadable_fields) !== undefined,
  isIdAhead: isIdAhead({
    submittedSec: number(inputs.submitted_at) ?? NaN,
    serverSec: number(inputs.server_time) ?? NaN,
  }),
});

/**
 * What stays in flight of a permitted plan: signed USD and time; empty where no target bound it, so that no one needs
 * it.
 */
export function leftInFlight({ decided_at, inputs, permit }: DecisionRecord): string {
  const { in_flight_usd, position_amt, mark_price_usd, side }: ReadInputs = inputs;
  const inFlightUsd = number(in_flight_usd);
  if (inFlightUsd === undefined || !permit) return '';
  const heldUsd = (number(position_amt) ?? 0) * (number(mark_price_usd) ?? 0);
  const sign = signOf(side === 'buy' || side === 'sell' ? side : undefined) || (heldUsd + inFlightUsd < 0 ? -1 : 1);
  return `${sign * permit.computed_notional} ${decided_at}`;
}
