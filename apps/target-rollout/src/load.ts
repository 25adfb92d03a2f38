import { EMPTY_DESK, markRead, parseDesk, type Desk } from '@quantum/rollout-commands';
import { parseFolds, type Folds } from '@quantum/rollout-evidence';
import { parseMemories, type GuardMemories } from '@quantum/rollout-guards';
import { initialState, parseRolloutState, type RolloutState } from '@quantum/rollout-plan';
import type { RolloutMemory } from './memory.js';
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
  /** What Redis has lost: the state, or what was stored last. */
  lost: string | undefined;
}

/**
 * Reads what the last cycle wrote. Where Redis has lost the state, or has an older one than this process has stored,
 * the rollout is killed, under a new epoch: a person has to clear it, after the loss: no command of these users that is
 * older is read again.
 * @throws UnusableStateError for anything that no cycle writes.
 */
export function loadSlot(read: SlotRead, users: readonly string[], stored: RolloutMemory['stored']): Loaded {
  const { state: texts, period } = read;
  const folds = period && loaded('period', period.version === STORED_VERSION ? parseFolds(period.folds) : undefined);
  const rest = { folds, outbox: parseOutbox(period?.outbox ?? '') };
  if (!texts) {
    const lost = read.audit && 'Redis has lost the state';
    const state = lost === undefined ? initialState(epochOf(read)) : lostState(read, stored);
    // Where the audit is gone too, nothing is enforced, but commands that this process has read are not read again.
    const desk = readUpTo(lost === undefined ? (stored?.cycleSec ?? 0) : read.nowSec, users);
    return { state, desk, memories: {}, token: '', wasRenewed: false, lost, ...rest };
  }
  if (texts.version !== STORED_VERSION) loaded('version', undefined);
  const state = loaded('state', parseRolloutState(texts.state));
  const desk = loaded('desk', parseDesk(texts.desk));
  const isOlder = stored !== undefined && !(Number(texts.cycle) >= stored.cycleSec);
  return {
    state: isOlder ? lostState(read, stored) : state,
    desk: isOlder ? readUpTo(read.nowSec, users) : desk,
    memories: loaded('memories', parseMemories(texts.memories)),
    token: texts.fence,
    wasRenewed: texts.renewed === '1',
    lost: isOlder ? 'Redis has lost what was stored last' : undefined,
    ...rest,
  };
}

/** Killed, under an epoch that no multiplier can have. */
function lostState(read: SlotRead, stored: RolloutMemory['stored']): RolloutState {
  const epochs = [epochOf(read), stored?.epoch ?? null].filter((epoch) => epoch !== null);
  return {
    ...initialState(epochs.length === 0 ? null : Math.max(...epochs) + 1),
    name: 'killed',
    sinceSec: read.nowSec,
  };
}

/** An empty desk that takes no command of these users from before a time. */
const readUpTo = (sec: number, users: readonly string[]): Desk =>
  users.reduce((desk, user) => markRead(desk, user, `${Math.floor(sec * 1000)}-0`), EMPTY_DESK);

function loaded<T>(what: string, value: T | undefined): T {
  if (value === undefined)
    throw new UnusableStateError('invalid', `the ${what} of the rollout is not what a rollout writes`);
  return value;
}
