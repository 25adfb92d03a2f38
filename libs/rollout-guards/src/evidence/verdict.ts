import log1p from '@stdlib/math-base-special-log1p';
import { type EProcess, logE } from './e-process.js';

/** Logarithm of 1/alpha, which the logarithm of E must reach. `alpha`: 0..1, both excluded. */
export const logThreshold = (alpha: number): number => -log1p(alpha - 1);

/** Share of clipped hours above which an advance has no answer: clipping hides what it would weigh. */
const MAX_CLIPPED_SHARE = 0.01;

/** Whether a test that a stage requires is met now. Undefined: too many hours were clipped. */
export function isShown(state: EProcess, alpha: number): boolean | undefined {
  if (state.clipped > MAX_CLIPPED_SHARE * state.hours) return undefined;
  return logE(state) >= logThreshold(alpha);
}

/**
 * Whether harm was shown at any time: E has reached 1/alpha once. Clipping only hides harm, so this always has an
 * answer.
 */
export const isHarmShown = (state: EProcess, alpha: number): boolean => state.greatestLogE >= logThreshold(alpha);
