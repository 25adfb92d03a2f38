import { nextBlend } from './blend.js';
import { withClocks } from './clocks.js';
import type { PlanRules, RolloutEvent } from './event.js';
import { cycleMoves } from './moves.js';
import type { HoldCause, RolloutState } from './state.js';
import { type Move, TABLE } from './table.js';

/** The outcome of an event. */
export interface Step {
  /** The script that stores it also sets its epoch. */
  readonly state: RolloutState;
  /** What happened; undefined: nothing, or the clocks alone. */
  readonly move: Move | undefined;
  /**
   * Why a command had no effect. Commands that lower risk are never refused: where nothing is left to lower, nothing
   * happens.
   */
  readonly refused?: string;
}

/** The moves without a precondition: they need no plan, and nothing refuses them. */
const ALWAYS: ReadonlySet<Move> = new Set(['kill', 'rollback', 'reduce_only', 'hold']);

/**
 * The next state. One event makes one move at most, the most severe that applies. Total: a plan that is not the running
 * one moves nothing but what lowers risk, and a time that is no number counts as the last one, of a cycle that is not
 * clean. `rules`: of the plan that runs or starts.
 */
export function next(state: RolloutState, event: RolloutEvent, rules: PlanRules | undefined): Step {
  const at = timed(event, state);
  if (state.name !== 'killed' && at.epoch !== state.epoch) return moved(state, 'kill', at, rules);
  if (at.kind !== 'cycle') return commanded(state, at, rules);
  if (rules?.plan !== state.plan) {
    return at.demand === 'none' ? { state, move: undefined } : moved(state, at.demand, at, rules);
  }
  const clocked = withClocks(state, at, rules);
  const found = cycleMoves.find(
    ([move, applies]) => TABLE[state.name][move] !== undefined && applies(clocked, at, rules),
  );
  return found === undefined ? { state: clocked, move: undefined } : moved(clocked, found[0], at, rules);
}

function timed(event: RolloutEvent, { cycleSec }: RolloutState): RolloutEvent {
  if (Number.isFinite(event.nowSec)) return event;
  return event.kind === 'cycle' ? { ...event, nowSec: cycleSec, isClean: false } : { ...event, nowSec: cycleSec };
}

function commanded(
  state: RolloutState,
  event: Exclude<RolloutEvent, { kind: 'cycle' }>,
  rules: PlanRules | undefined,
): Step {
  const refused = refusalOf(state, event, rules);
  return refused === undefined ? moved(state, event.kind, event, rules) : { state, move: undefined, refused };
}

function refusalOf(
  { name, plan }: RolloutState,
  event: Exclude<RolloutEvent, { kind: 'cycle' }>,
  rules: PlanRules | undefined,
): string | undefined {
  if (ALWAYS.has(event.kind) || event.kind === 'takeover') return undefined;
  if (TABLE[name][event.kind] === undefined) return `${event.kind} is not possible in state ${name}`;
  if (event.kind === 'retry' && plan === '') return 'no plan has been started';
  if (event.kind !== 'start') return undefined;
  if (rules?.plan !== event.plan || rules.stages.length === 0) return 'the plan is not there';
  if (!event.isApproved) return 'the plan is not approved';
  const isRunning = name !== 'off' && name !== 'rolled_back';
  return isRunning && plan === event.plan ? 'the plan is running' : undefined;
}

function moved(state: RolloutState, move: Move, event: RolloutEvent, rules: PlanRules | undefined): Step {
  const change = TABLE[state.name][move];
  if (change === undefined) return { state, move: undefined };
  const isClean = event.kind === 'cycle' && event.isClean;
  const blend = rules === undefined ? state.blend : nextBlend(state, rules, isClean);
  const changed = { ...state, ...change(state, { event, rules, cause: causeOf(move, event), blend }) };
  return { state: changed.name === state.name ? changed : { ...changed, sinceSec: event.nowSec }, move };
}

function causeOf(move: Move, event: RolloutEvent): HoldCause {
  if (move === 'revoke') return 'approval';
  return event.kind === 'hold' ? 'command' : 'guard';
}
