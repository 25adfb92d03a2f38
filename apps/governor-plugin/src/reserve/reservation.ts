import type { WindowState } from '@quantum/decisions';
import { errorKind, type Reply } from '@quantum/redis-io';
import { parseNumber } from '@quantum/redis-schemas';

export type Reservation =
  | {
      kind: 'answered';
      /** Whether the plan is counted now. */
      reserved: boolean;
      /** Whether another attempt had counted it before, maybe with another sum. */
      again: boolean;
      /** False where the server refuses us the windows: then no plan of the symbol can be counted. */
      countable: boolean;
      windows: WindowState;
    }
  /** The deadline was over: nothing was reserved, and the state of the plan has to be read again. */
  | { kind: 'late' }
  /** No verdict: the plan stays pending. */
  | { kind: 'unanswered'; error: Error };

/** Windows that cannot be had: nothing is counted, and what needs them must do without. */
const UNCOUNTABLE: Extract<Reservation, { kind: 'answered' }> = {
  kind: 'answered',
  reserved: false,
  again: false,
  countable: false,
  windows: { window: { readable: false }, dayNotionalUsd: { readable: false }, inFlightUsd: undefined },
};

/** What a reservation means for an exit: one that is late or not answered must not keep it waiting. */
export const reservationOfExit = (reservation: Reservation): Reservation =>
  reservation.kind === 'answered' ? reservation : UNCOUNTABLE;

/** Reads the reply of `reserveRow`; `lastExecReadable` is whether the time that others keep could be read. */
export function reservationOf(reply: Reply | undefined, lastExecReadable: boolean): Reservation {
  if (!reply?.ok) {
    const error = reply?.error ?? new Error('no reply');
    if (errorKind(error) !== 'key') return { kind: 'unanswered', error };
    return UNCOUNTABLE; // the server refuses us the keys
  }
  if (reply.value === 'late') return { kind: 'late' };
  const [reserved, windowOk, hourCount, burstCount, lastExec, dailyOk, dayMicroUsd, again, inFlightUsd] =
    reply.value as [boolean, boolean, number, number, string, boolean, string, boolean, string];
  return {
    kind: 'answered',
    reserved,
    again,
    countable: windowOk && dailyOk,
    windows: {
      window: windowOk
        ? {
            readable: true,
            value: { lastExecSec: lastExecReadable ? timeOf(lastExec) : 'unreadable', hourCount, burstCount },
          }
        : { readable: false },
      dayNotionalUsd: dailyOk ? { readable: true, value: Number(dayMicroUsd) / 1e6 } : { readable: false },
      inFlightUsd: inFlightUsd === '' ? undefined : Number(inFlightUsd),
    },
  };
}

/** A time as the script gives it, empty for none; someone else's entry may have an infinite one. */
const timeOf = (text: string): number | 'unreadable' | undefined =>
  text === '' ? undefined : (parseNumber(text) ?? 'unreadable');
