import { EMPTY_DESK, markRead, parseDesk, type Desk } from '@quantum/rollout-commands';
import { parseFolds, type Folds } from '@quantum/rollout-evidence';
import { parseMemories, type GuardMemories } from '@quantum/rollout-guards';
import { initialState, parseRolloutState, type RolloutState } from '@quantum/rollout-plan';
import { parseOutbox, type Outbox } from './evidence-stream.js';
import { epochOf, STORED_VERSION, UnusableStateError, type SlotRead } from './read-slot.js';

/** What the last cycle left. */
export interface Loaded {
  state: RolloutState;
  desk: Desk;
  memories: GuardMemories;
  /** Undefined: there are none yet. */
  folds: Folds | undefined;
  /** Token of the lease under which it was written; empty: never. */
  token: string;
  /** Whether the last cycle renewed multipliers. */
  wasRenewed: boolean;
  /** Entries that may not be in the stream of the evidence yet. Undefined: they cannot be read. */
  outbox: Outbox | undefined;
  /** There is an audit, but no state any more. */
  isLost: boolean;
}

/**
 * Reads what the last cycle wrote. Where Redis has lost the state, the rollout is killed, under a new epoch: a person has to clear it,
 * after the loss: no command of these users that is older is read again.
 * @throws UnusableStateError for anything that no cycle writes.
 */
export function loadSlot(read: SlotRead, users: readonly string[]): Loaded {
  const { state: texts, period } = read;
  const folds = period && loaded('period', period.version === STORED_VERSION ? parseFolds(period.folds) : undefined);
  const rest = { folds, outbox: parseOutbox(period?.outbox ?? '') };
  if (!texts) {
    const isLost = read.audit !== undefined;
    const found = isLost ? { state: lostState(read), desk: lostDesk(read, users) } : { state: initialState(epochOf(read)), desk: EMPTY_DESK };
    return { ...found, memories: {}, token: '', wasRenewed: false, isLost, ...rest };
  } // prettier-ignore
  if (texts.version !== STORED_VERSION) loaded('version', undefined);
  return {
    state: loaded('state', parseRolloutState(texts.state)),
    desk: loaded('desk', parseDesk(texts.desk)),
    memories: loaded('memories', parseMemories(texts.memories)),
    token: texts.fence,
    wasRenewed: texts.renewed === '1',
    isLost: false,
    ...rest,
  };
}

function lostState(read: SlotRead): RolloutState {
  const epoch = epochOf(read);
  return { ...initialState(epoch === null ? null : epoch + 1), name: 'killed', sinceSec: read.nowSec };
}

const lostDesk = ({ nowSec }: SlotRead, users: readonly string[]): Desk =>
  users.reduce((desk, user) => markRead(desk, user, `${Math.floor(nowSec * 1000)}-0`), EMPTY_DESK);

function loaded<T>(what: string, value: T | undefined): T {
  if (value === undefined)
    throw new UnusableStateError('invalid', `the ${what} of the rollout is not what a rollout writes`);
  return value;
}
