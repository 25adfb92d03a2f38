/** Published weights of a new value: score, volatility, loss. */
export const SCORE_ALPHA = 0.25;
export const VOLATILITY_ALPHA = 0.2;
export const LOSS_ALPHA = 0.2;

/** Exponentially weighted moving average, a step. */
export const ewma = (last: number, next: number, alpha: number): number => alpha * next + (1 - alpha) * last;
