import type { Settings } from '../settings.js';
import type { EfficiencyInput } from './arrangement.js';

// Readings that mean the same to any deployment, and are the same for all that keep the defaults.

type Reading = (settings: Settings) => EfficiencyInput;

/** Confidence is high enough to act on. */
export const trusted =
  (score: number): Reading =>
  ({ minConfidence }) => ({ score, confidence: Math.max(0.9, minConfidence) }); // prettier-ignore

/** Confidence is too low to act on, where `mayDoubt`. */
export const doubted =
  (score: number, confidence: number): Reading =>
  ({ minConfidence }) => ({ score, confidence: Math.min(confidence, minConfidence / 2) }); // prettier-ignore

/** A deployment may rule it out: with P31_MIN_CONF=0, no confidence is too low. */
export const mayDoubt = ({ minConfidence }: Settings): boolean => minConfidence > 0;

/** Too old for step 1. */
export const stale =
  (score: number): Reading =>
  (settings) => ({ ...trusted(score)(settings), ageSec: Math.max(700, Math.ceil(settings.staleSec) + 100) }); // prettier-ignore

/** A score that step 2 hints smaller. */
export const lowScore: Reading = (settings) => trusted(Math.min(0.2, settings.downsizeThreshold / 2))(settings);

/** A score that step 2 does not hint smaller. */
export const highScore: Reading = (settings) => trusted(Math.max(0.8, settings.downsizeThreshold))(settings);
