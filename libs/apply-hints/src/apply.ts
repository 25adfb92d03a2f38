import { isExtraCooldown, isFactor, type PermitHint } from './read.js';

/** What the Apply Layer would do without a hint, and may do with it. */
export interface Sizing {
  /** The most that the plan may execute, in any unit (USD, contracts), >= 0; Infinity: no cap. */
  cap: number;
  /** How long the symbol rests afterwards, seconds, >= 0. */
  cooldownSec: number;
}

/** What must be known of the plan. `Plan` of redis-schemas is one. */
export interface HintedPlan {
  /** Whether it reduces risk (`parsePlan` says so). */
  closing: boolean;
}

/**
 * Applies a hint. The cap never grows, the cooldown never shrinks, and a plan that closes keeps both: a hint must not
 * hinder an exit. A cap above zero stays above zero, and no smaller than `leastCap` or than it was: with the exchange's
 * least order there, no hint makes an order impossible. A cap or cooldown that is no amount is handed back as it is.
 */
export function applyHint(hint: PermitHint, sizing: Sizing, plan: HintedPlan, leastCap = 0): Sizing {
  if (plan.closing) return sizing;
  const factor = isFactor(hint.factor) ? hint.factor : 1;
  const extraSec = isExtraCooldown(hint.extraCooldownSec) ? hint.extraCooldownSec : 0;
  const cap = Math.max(sizing.cap * factor, leastCap);
  return { cap: cap > 0 && cap < sizing.cap ? cap : sizing.cap, cooldownSec: sizing.cooldownSec + extraSec };
}
