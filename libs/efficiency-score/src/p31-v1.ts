import { clamp } from './clamp.js';
import { ewma, LOSS_ALPHA, VOLATILITY_ALPHA } from './ewma.js';
import { isReserved } from './measure.js';
import type { ScoreRules } from './rules.js';
import type { P31State } from './state.js';

/** What the published formula reads beyond its state. */
export interface P31Inputs {
  reservedUsd: number | undefined;
  /** P3.0's performance factor; counts within -1..1. */
  performance: number | undefined;
  /** Latest execution, unix seconds. */
  lastExecutionSec: number | undefined;
}

const VOLATILITY_WEIGHT = 0.8;
const LOSS_WEIGHT = 1.2;
const IDLE_WEIGHT = 0.6;
/** Idle time from which on its penalty is full. */
const MAX_IDLE_SEC = 3600;
/** Smaller targets count as one dollar. */
const MIN_TARGET_USD = 1;

/** State before anything is known: neutral performance, and the published default target. */
export const NEW_P31_STATE: P31State = {
  volatilityUsd: 0,
  lossUsd: 0,
  performance: 0,
  targetUsd: 100,
  lastExecutionSec: undefined,
};

/** The state with the inputs that are readable; each of the others keeps its last known value. */
export function withInputs(state: P31State, inputs: P31Inputs, nowSec: number, rules: ScoreRules): P31State {
  const { performance = NaN, reservedUsd, lastExecutionSec = NaN } = inputs;
  const isKnown = lastExecutionSec > 0 && lastExecutionSec <= nowSec + rules.parameters.maxFutureSec;
  return {
    volatilityUsd: state.volatilityUsd,
    lossUsd: state.lossUsd,
    performance: Math.abs(performance) <= 1 ? performance + 0 : state.performance,
    targetUsd: isReserved(reservedUsd) ? reservedUsd : state.targetUsd,
    lastExecutionSec: isKnown ? Math.max(lastExecutionSec, state.lastExecutionSec ?? 0) : state.lastExecutionSec,
  };
}

/**
 * The state after a measured period. Its gain, USD, takes the place of the published P&L of an execution, which is
 * always 0.
 */
export const withGain = (state: P31State, gainUsd: number): P31State => ({
  volatilityUsd: ewma(state.volatilityUsd, Math.abs(gainUsd), VOLATILITY_ALPHA),
  lossUsd: ewma(state.lossUsd, Math.max(-gainUsd, 0), LOSS_ALPHA),
  performance: state.performance,
  targetUsd: state.targetUsd,
  lastExecutionSec: state.lastExecutionSec,
});

/** Time since the latest execution, seconds, >= 0; 0 before the first. */
export const idleSecOf = ({ lastExecutionSec }: P31State, nowSec: number): number =>
  clamp(nowSec - (lastExecutionSec ?? nowSec), 0, Number.MAX_SAFE_INTEGER);

/** Mean loss of a period as a share of the target, >= 0. */
export const lossShareOf = ({ lossUsd, targetUsd }: P31State): number => lossUsd / Math.max(targetUsd, MIN_TARGET_USD);

/**
 * The platform's published score, 0..1, with the range of its performance factor mended: P3.0 gives -1..1 with 0
 * neutral.
 *
 *     score = (performance + 1) / 2 / (1 + 0.8 volatility / target + 1.2 loss / target + 0.6 min(1, idle / 3600 s))
 */
export function p31Score(state: P31State, nowSec: number): number {
  const volatility = state.volatilityUsd / Math.max(state.targetUsd, MIN_TARGET_USD);
  const idle = clamp(idleSecOf(state, nowSec) / MAX_IDLE_SEC, 0, 1);
  const penalty = VOLATILITY_WEIGHT * volatility + LOSS_WEIGHT * lossShareOf(state) + IDLE_WEIGHT * idle;
  return clamp((state.performance + 1) / 2 / (1 + penalty), 0, 1);
}
