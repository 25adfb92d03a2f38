import { isExtraCooldown, isFactor, type PermitHint } from './read.js';

/** The Apply Layer's cap and cooldown, before and after a hint. */
export interface Sizing {
  /** Maximum that the plan may execute, in any unit (USD, contracts), >= 0; Infinity: no cap. */
  cap: number;
  /** The symbol's cooldown afterwards, seconds, >= 0. */
  cooldownSec: number;
}

/** The part of the plan that a hint reads. `Plan` of redis-schemas has it. */
export interface HintedPlan {
  /** Whether it reduces risk (`parsePlan` sets it). */
  closing: boolean;
}

/**
 * Applies a hint. The cap never grows and the cooldown never shrinks. A plan that closes keeps both: a hint must not
 * hinder an exit. A cap above zero stays above zero, and at least `leastCap` or its old value if that was lower. With
 * the exchange's minimum order as `leastCap`, no hint makes an order impossible. An invalid cap or cooldown is returned
 * unchanged.
 */
export function applyHint(hint: PermitHint, sizing: Sizing, plan: HintedPlan, leastCap = 0): Sizing {
  if (plan.closing) return sizing;
  const factor = isFactor(hint.factor) ? hint.factor : 1;
  const extraSec = isExtraCooldown(hint.extraCooldownSec) ? hint.extraCooldownSec : 0;
  const cap = Math.max(sizing.cap * factor, leastCap);
  return { cap: cap > 0 && cap < sizing.cap ? cap : sizing.cap, cooldownSec: sizing.cooldownSec + extraSec };
}
