import type { RolloutDirection } from '@quantum/redis-schemas';
import type { RolloutState } from './state.js';

/** Why a multiplier has its value: the state's blend, on the way to it, or capped by `reduce_only`. */
export type MultiplierReason = 'stage' | 'slew' | 'reduce_only';

/** A multiplier to publish, and the blend that it was computed from. */
export interface SymbolMultiplier {
  multiplier: number;
  blend: number;
  /** What it would be at the blend that the state moves to: the same, but for a symbol that is on its way. */
  atStateBlend: number;
  reason: MultiplierReason;
}

/** What decides the multiplier of a symbol in a cycle. */
export interface MultiplierInput {
  state: Pick<RolloutState, 'name' | 'blend' | 'restarting'>;
  /** Of the stage. */
  direction: RolloutDirection;
  /** The proposal's multiplier as read; undefined: none is known. */
  proposed: number | undefined;
  /** The multiplier that is in effect, >= 0; 1 where none is. */
  before: number;
  /** The symbol's own blend, 0..1: of `symbolBlend`. And the one that `before` was computed from. */
  blend: number;
  blendBefore: number;
  /** The blend that it goes to: of `goalBlend`. */
  goal: number;
  /** Whether the evaluation is clean. Otherwise, and while the state restarts, it stays between the last one and 1. */
  isClean: boolean;
}

/**
 * The effective multiplier of a symbol, or undefined where nothing is published. Guards judge it as if they all passed;
 * then it is computed again with what they found. Of an unknown proposal the last multiplier stays, or comes
 * down with the blend, until freshness takes it away.
 */
export function nextMultiplier(input: MultiplierInput): SymbolMultiplier | undefined {
  const { state, direction, proposed = NaN, before, blend, blendBefore, goal, isClean } = input;
  if (!PUBLISHING.has(state.name)) return undefined;
  // What was above 1 enters the hold that follows from the base.
  if (state.name === 'reduce_only') {
    const multiplier = Math.min(1, before);
    return { multiplier, blend: before > 1 ? 0 : blend, atStateBlend: multiplier, reason: 'reduce_only' };
  }
  // No evidence speaks for the proposals of another policy or plan yet: on the way to blend 0 nothing follows them away
  // from 1.
  const isFree = isClean && !state.restarting;
  const within = (wanted: number): number => isFree ? wanted : Math.min(Math.max(wanted, Math.min(before, 1)), Math.max(before, 1)); // prettier-ignore
  const wantedAt = (at: number): number => {
    const kept = at < blendBefore ? 1 + (at / blendBefore) * (before - 1) : before;
    const blended = isProposalKnown(proposed) ? 1 + at * (proposed - 1) : kept;
    return direction === 'down_only' ? Math.min(1, blended) : blended;
  };
  const multiplier = within(wantedAt(blend));
  const reason = multiplier === wantedAt(blend) && blend === state.blend ? 'stage' : 'slew';
  return { multiplier, blend, atStateBlend: within(wantedAt(goal)), reason };
}

/** Whether a proposal's multiplier is one. */
export const isProposalKnown = (proposed: number | undefined): proposed is number =>
  proposed !== undefined && proposed >= 0 && Number.isFinite(proposed);

/** The states in which multipliers are published. */
export const PUBLISHING: ReadonlySet<RolloutState['name']> = new Set([
  'baking',
  'ready',
  'holding',
  'reduce_only',
  'done',
]);

/** How long a multiplier lives after its cycle, seconds: three intervals, 30..60. It is the dead-man switch. */
export const lifetimeSec = (intervalSec: number): number => Math.min(60, Math.max(30, 3 * intervalSec));
