import { errorKind, scriptCommand, type Command, type Reply, type Row } from '@quantum/redis-io';
import { dailyKey, parseNumber, utcDate, windowKey, type GateName } from '@quantum/redis-schemas';
import type { Candidate } from './candidate.js';
import type { DecisionPolicy, WindowState } from './decide.js';
import { RELEASE, SETTLE } from './scripts/reserve.js';

/** A plan's notional beyond this (4.5 billion USD) counts as this, so that whole micro USD stay exact in a double. */
const MAX_MICRO_USD = 2 ** 52;

const microUsd = (usd: number): string => String(Math.min(Math.round(usd * 1e6), MAX_MICRO_USD));

/** What all rows of `RESERVE` share: the time, and the limits that are enforced. */
export function reserveShared(nowSec: number, { limits, modes }: DecisionPolicy): string[] {
  const enforced = (gate: GateName, limit: number): string => (modes[gate] === 'enforce' ? String(limit) : '');
  return [
    String(nowSec),
    utcDate(nowSec),
    limits.symbolCooldownSec === 0 ? '' : enforced('symbol_cooldown', limits.symbolCooldownSec),
    enforced('hourly_rate', limits.maxExecPerHour),
    enforced('burst_rate', limits.maxExecPer5Min),
    enforced('daily_notional', limits.maxNotionalPerDayUsd),
  ];
}

/** Asks for a place in the symbol's windows, or only for what they hold. A closing plan is counted without limits. */
export function reserveRow({ plan, notionalUsd, state: { lastExecSec } }: Candidate, wantsPlace: boolean): Row {
  const usd = notionalUsd ?? 0;
  return {
    keys: [windowKey(plan.symbol), dailyKey(plan.symbol)],
    args: [
      plan.planId,
      String(usd),
      microUsd(usd),
      `${wantsPlace ? '1' : '0'}${plan.closing ? '0' : '1'}${notionalUsd === undefined ? '0' : '1'}`,
      lastExecSec.readable && lastExecSec.value !== undefined ? String(lastExecSec.value) : '',
    ],
  };
}

export const releaseCommand = (planId: string, symbol: string): Command =>
  scriptCommand(RELEASE, [windowKey(symbol), dailyKey(symbol)], [planId]);

/** Counts a plan with what its permit says. */
export const settleCommand = (planId: string, symbol: string, decidedSec: number, permittedUsd: number): Command =>
  scriptCommand(SETTLE, [windowKey(symbol), dailyKey(symbol)], [planId, String(decidedSec), microUsd(permittedUsd)]);

/** What asking for a place gave. */
export type Reservation =
  | {
      kind: 'answered';
      /** Whether the plan is counted now. */
      reserved: boolean;
      /** Whether another attempt had counted it before, maybe with another sum. */
      again: boolean;
      /** False where the server refuses us the windows as such: then no plan of the symbol can be counted. */
      countable: boolean;
      windows: WindowState;
    }
  /** No verdict: the plan stays pending. */
  | { kind: 'unanswered'; error: Error };

/** Reads the reply of `reserveRow`; `lastExecReadable` is whether the time that others keep could be read. */
export function reservationOf(reply: Reply | undefined, lastExecReadable: boolean): Reservation {
  if (!reply?.ok) {
    const error = reply?.error ?? new Error('no reply');
    if (errorKind(error) !== 'key') return { kind: 'unanswered', error };
    // The server refuses us the keys as such: nothing is counted, and what needs the windows must do without.
    const windows = { window: { readable: false }, dayNotionalUsd: { readable: false } } as const;
    return { kind: 'answered', reserved: false, again: false, countable: false, windows };
  }
  const [reserved, windowOk, hourCount, burstCount, lastExec, dailyOk, dayMicroUsd, again] = reply.value as [
    boolean, boolean, number, number, string, boolean, string, boolean,
  ]; // prettier-ignore
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
    },
  };
}

/** A time as the script gives it, empty for none; someone else's entry may have an infinite one. */
const timeOf = (text: string): number | 'unreadable' | undefined =>
  text === '' ? undefined : (parseNumber(text) ?? 'unreadable');
