import { examplePlan } from '../example.test-support.js';
import {
  initialState,
  next,
  rulesOf,
  type CycleEvent,
  type RolloutEvent,
  type RolloutState,
  type Step,
} from '../index.js';

export const NOW = 1_763_386_800;
export const INTERVAL = 10;
/** Three stages: blend 0.2 for 24 h, 0.5 for 24 h until it is non-inferior, 1 for 96 h until it is superior. */
export const rules = rulesOf(examplePlan(), 'plan-1', INTERVAL);

type Given<E> = E extends RolloutEvent ? Partial<Omit<E, 'kind'>> & Pick<E, 'kind'> : never;
const cycle: Omit<CycleEvent, 'nowSec' | 'epoch'> = {
  kind: 'cycle',
  demand: 'none',
  isClean: true,
  hasLapsed: false,
  policy: 'policy-1',
  closedPeriods: 1,
  shown: { non_inferior: true, superior: true },
  approvedSec: NOW,
  isNextApproved: true,
};
const start = { plan: 'plan-1', policy: 'policy-1', isApproved: true, evidenceSec: NOW - 86_400 };

/** A rollout that takes one event after the other, ten seconds apart, each with the epoch that Redis has. */
export class Walk {
  nowSec = NOW;
  /** What Redis has: what the state script last set, unless a test changes it. */
  epoch: number | null;
  state: RolloutState;
  last: Step;

  constructor(state: RolloutState = initialState(7)) {
    this.state = state;
    this.epoch = state.epoch;
    this.last = { state, move: undefined };
  }

  take(given: Given<RolloutEvent>, afterSec = INTERVAL): this {
    this.nowSec += afterSec;
    const defaults = given.kind === 'cycle' ? cycle : given.kind === 'start' ? start : {};
    const event = { nowSec: this.nowSec, epoch: this.epoch, ...defaults, ...given } as RolloutEvent;
    this.last = next(this.state, event, rules);
    this.state = this.last.state;
    // The script sets the epoch with the state that sets it; a foreign one stays.
    if (this.epoch === event.epoch) this.epoch = this.state.epoch;
    return this;
  }

  cycle(changes: Partial<CycleEvent> = {}, afterSec = INTERVAL): this {
    return this.take({ kind: 'cycle', ...changes }, afterSec);
  }

  cycles(count: number, changes: Partial<CycleEvent> = {}): this {
    for (let i = 0; i < count; i += 1) this.cycle(changes);
    return this;
  }
}

/** A rollout that bakes its first stage at full blend, for nearly long enough. */
export const baking = (changes: Partial<RolloutState> = {}): Walk => {
  const state: RolloutState = {
    ...initialState(8),
    name: 'baking', plan: 'plan-1', policy: 'policy-1', blend: 0.2, cycleSec: NOW, sinceSec: NOW - 86_000,
    bakedSec: 86_000, bakedPeriods: 280, evidenceSec: NOW - 900_000, harmSec: NOW - 86_000,
    ...changes,
  }; // prettier-ignore
  return new Walk(state);
};

/** A rollout in each state. */
export const IN_STATE = {
  off: () => new Walk(),
  baking: () => baking(),
  ready: () => baking({ name: 'ready', bakedSec: 86_400 }),
  holding: () => baking({ name: 'holding', sinceSec: NOW }),
  reduce_only: () => baking({ name: 'reduce_only' }),
  rolled_back: () => baking({ name: 'rolled_back', blend: 0 }),
  done: () => baking({ name: 'done', stage: 2, blend: 1, sinceSec: NOW, harmSec: NOW }),
  killed: () => baking({ name: 'killed', blend: 0 }),
} as const satisfies Record<RolloutState['name'], () => Walk>;
