import type { Allocation, EffectiveAllocation, Position, Read } from '@quantum/redis-schemas';
import { freshPosition, isFresh } from '../fresh.js';
import { defineGate, PASS, refuse, type CommonInput, type CommonLimits } from '../gate.js';
import { TARGET_TOLERANCE } from '../windows.js';

/** Maximum age of P2.9's target, seconds. */
export const ALLOCATION_FRESH_SEC = 300;

type FutureLimit = Pick<CommonLimits, 'maxFutureSec'>;
type TargetLimits = Pick<CommonLimits, 'maxFutureSec' | 'allocationTarget'>;

/** What a rollout makes of a target, where the gate takes that. */
export const effectiveOf = (
  allocation: Read<Allocation>,
  { allocationTarget }: TargetLimits,
): EffectiveAllocation | undefined =>
  allocation.readable && allocationTarget === 'effective' ? allocation.value.effective : undefined;

/**
 * The target in USD if P2.9's binds, which is in enforce mode, fresh and a number: P2.9's own, or the effective one.
 */
export function bindingTargetUsd(
  allocation: Read<Allocation>,
  nowSec: number,
  limits: TargetLimits,
): number | undefined {
  if (!allocation.readable) return undefined;
  const { enforce, tsSec } = allocation.value;
  const isBinding = enforce && isFresh(tsSec, nowSec, ALLOCATION_FRESH_SEC, limits.maxFutureSec);
  return isBinding ? (effectiveOf(allocation, limits) ?? allocation.value).targetUsd : undefined;
}

/** Signed value of a position in USD, 0 if absent; undefined if its amount or a fresh mark price is unknown. */
export function positionUsd(
  position: Read<Position>,
  nowSec: number,
  { maxFutureSec }: FutureLimit,
): number | undefined {
  if (!position.readable) return undefined;
  const { amount } = position.value;
  if (amount === 0) return 0;
  const markPriceUsd = freshPosition(position, nowSec, maxFutureSec)?.markPriceUsd;
  return amount === undefined || markPriceUsd === undefined ? undefined : bounded(amount * markPriceUsd);
}

/** Direction of a plan as a factor, 1 or -1; 0 if unknown. */
export const signOf = (side: CommonInput['side']): 1 | -1 | 0 => (side === 'buy' ? 1 : side === 'sell' ? -1 : 0);

/** A record cannot hold Infinity. */
const bounded = (usd: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, usd));

/**
 * Refuses opens that would take the exposure beyond P2.9's target and further away from zero, if that target is in
 * enforce mode and fresh. Exposure is the position's signed value plus the opens in flight. A plan of unknown direction
 * counts away from zero. Advisory: an unknown exposure passes. The reserve script applies the same rule
 * (apps/governor-plugin/src/reserve/reserve-in-flight.lua), so that two replicas cannot both pass.
 */
export const allocationCap = defineGate({
  name: 'allocation_cap',
  summary:
    "the exposure with this plan would exceed P2.9's target (with `GOV_ALLOCATION_TARGET` effective, the effective target), in enforce mode and fresh (300 s), and the exposure now; unreadable state passes",
  appliesTo: 'opens',
  defaultMode: 'enforce',
  evaluate({ nowSec, allocation, position, notionalUsd = 0, side, inFlightUsd }, limits) {
    const targetUsd = bindingTargetUsd(allocation, nowSec, limits);
    const heldUsd = positionUsd(position, nowSec, limits);
    if (targetUsd === undefined || heldUsd === undefined || inFlightUsd === undefined) return PASS;
    const beforeUsd = bounded(heldUsd + inFlightUsd);
    const sign = signOf(side) || (beforeUsd < 0 ? -1 : 1);
    const afterUsd = Math.abs(beforeUsd + sign * notionalUsd);
    const effective = effectiveOf(allocation, limits);
    return afterUsd > targetUsd * (1 + TARGET_TOLERANCE) && afterUsd > Math.abs(beforeUsd)
      ? refuse({
          position_usd: heldUsd,
          in_flight_usd: inFlightUsd,
          notional_usd: sign * notionalUsd,
          target_usd: targetUsd,
          ...(effective && { base_target_usd: effective.baseUsd, multiplier: effective.multiplier }),
        })
      : PASS;
  },
});
