import type { PlanRules, RolloutEvent } from './event.js';
import type { HoldCause, RolloutState, RolloutStateName } from './state.js';

/** What can happen to a state, the most severe first: of several that apply in one evaluation, the first does. */
export const MOVES = [
  'kill',
  'rollback',
  'reduce_only',
  'hold',
  'revoke',
  'restart',
  'step_down',
  'slew',
  'advance',
  'harm_anew',
  'resume',
  'retry',
  'start',
  'clear',
  'takeover',
] as const;
export type Move = (typeof MOVES)[number];

export interface MoveContext {
  readonly event: RolloutEvent;
  /** Undefined where the move needs no plan. */
  readonly rules: PlanRules | undefined;
  /** Why it holds. */
  readonly cause: HoldCause;
  /** The blend after the slew. */
  readonly blend: number;
}

type Change = (state: RolloutState, context: MoveContext) => Partial<RolloutState>;

const NOTHING_BAKED = { bakedSec: 0, bakedPeriods: 0, freshCycles: 0 } as const;

/** The epoch after this one. Without one, the first is Redis time in milliseconds. */
const nextEpoch = ({ epoch, nowSec }: RolloutEvent): number =>
  epoch === null ? Math.max(0, Math.round(nowSec * 1000)) : epoch + 1;

/** Every multiplier that was published is foreign from then on: a new epoch, unless another one is there already. */
const withdrawn =
  (name: 'killed' | 'rolled_back'): Change =>
  (state, { event }) => ({
    name,
    blend: 0,
    restarting: false,
    epoch: event.epoch === state.epoch ? nextEpoch(event) : event.epoch,
    ...NOTHING_BAKED,
  });
const kill = withdrawn('killed');
const rollback = withdrawn('rolled_back');
/** It keeps the cause of a hold, which `retry` leads back to: a person's lasts until `resume`. */
const reduceOnly: Change = ({ name, holdCause }) => ({
  name: 'reduce_only',
  holdCause: name === 'holding' ? holdCause : 'guard',
  freshCycles: 0,
});
/** Within a hold only a person changes the cause: a guard does not shorten a person's hold. */
const hold: Change = ({ name, holdCause }, { cause }) => ({
  name: 'holding',
  holdCause: name === 'holding' && cause !== 'command' ? holdCause : cause,
  freshCycles: 0,
});

/** A person's hold within `reduce_only` is the one that `retry` leads to. */
const holdLater: Change = (_state, { cause }) => (cause === 'command' ? { holdCause: cause } : {});

/** The first stage again, from blend 0; evidence from zero. */
const restart: Change = ({ name, blend }, { event }) => ({
  name: name === 'ready' || name === 'done' ? 'baking' : name,
  stage: 0,
  restarting: blend > 0,
  evidenceSec: event.nowSec,
  harmSec: event.nowSec,
  policy: event.kind === 'cycle' ? (event.policy ?? '') : '',
  ...NOTHING_BAKED,
});

const atStage = (stage: number, { nowSec }: RolloutEvent): Partial<RolloutState> => ({
  stage,
  harmSec: nowSec,
  ...NOTHING_BAKED,
});
/** One stage down, where the hold goes on and its time begins anew; from the first, off. */
const stepDown: Change = ({ stage }, { event }) =>
  stage > 0
    ? { ...atStage(stage - 1, event), sinceSec: event.nowSec }
    : { name: 'off', blend: 0, restarting: false, ...NOTHING_BAKED };
const slew: Change = ({ restarting }, { blend }) => ({ blend, restarting: restarting && blend > 0 });
const isBaked: Change = ({ stage }, { rules }) => ({
  name: stage + 1 >= (rules?.stages.length ?? 0) ? 'done' : 'ready',
});
const nextStage: Change = ({ stage }, { event }) => ({ name: 'baking', ...atStage(stage + 1, event) });
/** A month of `done` is over: the test for harm begins anew. */
const harmAnew: Change = (_state, { event }) => ({ harmSec: event.nowSec });
const retryHold: Change = () => ({ name: 'holding', freshCycles: 0 });
const bake: Change = () => ({ name: 'baking', freshCycles: 0 });
const retryFirst: Change = (_state, { event }) => ({
  name: 'baking',
  ...atStage(0, event),
  evidenceSec: event.nowSec,
});
const start: Change = ({ name, blend }, { event }) =>
  event.kind === 'start'
    ? {
        name: 'baking',
        plan: event.plan,
        policy: event.policy,
        epoch: nextEpoch(event),
        restarting: blend > 0,
        evidenceSec: name === 'off' ? event.evidenceSec : event.nowSec,
        ...atStage(0, event),
      }
    : {};
const clear: Change = (_state, { event }) => ({ name: 'off', plan: '', policy: '', stage: 0, epoch: event.epoch });
/** Another process goes on: a full bake must follow, which begins now. The time since the last cycle is downtime. */
const takeover: Change = ({ name }, { event: { nowSec } }) => ({
  name: name === 'ready' ? 'baking' : name,
  cycleSec: nowSec,
  ...NOTHING_BAKED,
});

const lowering = { kill, rollback, reduce_only: reduceOnly, hold, revoke: hold, restart, slew, takeover } as const;

/**
 * The state machine: what each state answers to each move. What is not listed changes nothing: `killed`, `rolled_back`
 * and `reduce_only` absorb what is less severe, but a person's hold within `reduce_only` is not forgotten. Nothing
 * holds or reduces where nothing is published.
 */
export const TABLE: Readonly<Record<RolloutStateName, Readonly<Partial<Record<Move, Change>>>>> = {
  off: { kill, rollback, start },
  baking: { ...lowering, advance: isBaked, start },
  ready: { ...lowering, advance: nextStage, start },
  holding: { ...lowering, step_down: stepDown, resume: bake },
  reduce_only: { kill, rollback, hold: holdLater, retry: retryHold },
  rolled_back: { kill, start, retry: retryFirst },
  done: { ...lowering, harm_anew: harmAnew, start },
  killed: { clear },
};
