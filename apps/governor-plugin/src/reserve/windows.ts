import { notionalUsdOf, type Candidate, type DecisionSettings } from '@quantum/decisions';
import type { MultiplierVerdict } from '@quantum/effective-target';
import type { GovernorErrorKind } from '@quantum/metrics';
import type { Row } from '@quantum/redis-io';
import { dailyKey, inFlightKey, lastExecKey, utcDate, windowKey, type DecisionRecord } from '@quantum/redis-schemas';
import { bindingTargetUsd, effectiveOf, positionUsd, signOf, type GateName } from '@quantum/risk-gates';

/** A plan's notional beyond this (4.5 billion USD) counts as this, so that whole micro USD stay exact in a double. */
const MAX_MICRO_USD = 2 ** 52;

/** USD in whole micro USD, as the scripts sum it. */
export const microUsd = (usd: number): string => String(Math.min(Math.round(usd * 1e6), MAX_MICRO_USD));

/** What all rows of `RESERVE` share: the time, and the limits that are enforced. */
export function reserveShared(nowSec: number, { limits, modes }: DecisionSettings): string[] {
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

/**
 * Whether a plan's permit counts in the windows: an open's does, a close's where closes are counted, a stop update's
 * never.
 */
export const isCounted = (
  { plan, closing }: Pick<Candidate, 'plan' | 'closing'>,
  { limits }: Pick<DecisionSettings, 'limits'>,
): boolean => !closing || (limits.countCloses && !plan.stopUpdate);

export interface Asking {
  nowSec: number;
  settings: DecisionSettings;
  /** Whether the last execution's key can be read by the same script: not in a Cluster. */
  isOneServer: boolean;
}

/** The keys of a symbol's windows, as the scripts take them. */
export const windowKeys = (symbol: string): string[] => [windowKey(symbol), dailyKey(symbol), inFlightKey(symbol)];

/** Reserves for a plan in its symbol's windows, or only reads them. A closing plan is counted without limits. */
export function reserveRow(
  candidate: Candidate,
  wantsReservation: boolean,
  { nowSec, settings, isOneServer }: Asking,
): Row {
  const { plan, closing, notionalUsd, state } = candidate;
  const usd = notionalUsd ?? 0;
  const keys = windowKeys(plan.symbol);
  if (isOneServer) keys.push(lastExecKey(plan.symbol));
  return {
    keys,
    args: [
      plan.planId,
      String(usd),
      microUsd(usd),
      `${wantsReservation ? '1' : '0'}${closing ? '0' : '1'}${notionalUsd === undefined ? '0' : '1'}0`,
      state.lastExecSec.readable && state.lastExecSec.value !== undefined ? String(state.lastExecSec.value) : '',
      state.deadlineMs.symbol,
      capArgument(candidate, nowSec, settings),
    ],
  };
}

/** P2.9's target in USD where it binds an opening plan. */
const targetOf = ({ closing, state }: Candidate, nowSec: number, { modes, limits }: DecisionSettings) =>
  closing || modes.allocation_cap === 'off' ? undefined : bindingTargetUsd(state.allocation, nowSec, limits);

/**
 * The kind of error by which a rollout's multiplier does not count. What is expected after a kill or a rollback is not
 * broken.
 */
const MULTIPLIER_ERRORS: Readonly<Record<MultiplierVerdict, GovernorErrorKind | undefined>> = {
  ok: undefined,
  absent: undefined,
  unreadable: 'invalid_multiplier',
  invalid: 'invalid_multiplier',
  over_limit: 'invalid_multiplier',
  expired: 'old_multiplier',
  epoch: 'old_multiplier',
};

/**
 * What is wrong with the state by which a target binds a plan: its exposure is unknown, or its rollout's multiplier
 * does not count.
 */
export function capErrors(candidate: Candidate, nowSec: number, settings: DecisionSettings): GovernorErrorKind[] {
  const { state } = candidate;
  if (targetOf(candidate, nowSec, settings) === undefined) return [];
  const effective = effectiveOf(state.allocation, settings.limits);
  const multiplier = effective && MULTIPLIER_ERRORS[effective.why as MultiplierVerdict];
  const isUnknown = positionUsd(state.position, nowSec, settings.limits) === undefined;
  return [...(isUnknown ? (['exposure_unknown'] as const) : []), ...(multiplier ? [multiplier] : [])];
}

/** What `RESERVE` needs to hold the plan to P2.9's target; empty where no target binds it. */
function capArgument(candidate: Candidate, nowSec: number, settings: DecisionSettings): string {
  const { plan, state } = candidate;
  const { modes, limits } = settings;
  const targetUsd = targetOf(candidate, nowSec, settings);
  const heldUsd = positionUsd(state.position, nowSec, limits);
  if (targetUsd === undefined || heldUsd === undefined) return '';
  const sinceSec = state.position.readable ? state.position.value.tsSec : undefined;
  const enforcedUsd = modes.allocation_cap === 'enforce' && targetUsd;
  return JSON.stringify([heldUsd, sinceSec ?? false, enforcedUsd, signOf(plan.side)]);
}

/** Notional of a plan that another governor has permitted, USD; 0 where it is not known. */
export const foreignUsd = ({ inputs }: DecisionRecord): number => notionalUsdOf(inputs) ?? 0;

/** Counts a plan that another governor has permitted, whatever the limits. */
export const countRow = (record: DecisionRecord): Row => {
  const usd = foreignUsd(record);
  return {
    keys: windowKeys(record.symbol),
    args: [record.plan_id, String(usd), microUsd(usd), '1001', '', Number.MAX_SAFE_INTEGER, ''],
  };
};
