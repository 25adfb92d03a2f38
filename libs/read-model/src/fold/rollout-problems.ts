import type { Desk } from '@quantum/rollout-commands';
import type { GuardMemories } from '@quantum/rollout-guards';
import type { RolloutPlan, RolloutState } from '@quantum/rollout-plan';
import type { RolloutView } from '../snapshot/rollout.js';
import { utc } from '../words/format.js';

/** A rollout runs cycles every 20 s at most, and may miss two. */
const STALE_SEC = 60;

interface Given {
  readonly state: RolloutState | undefined;
  readonly desk: Desk | undefined;
  readonly memories: GuardMemories | undefined;
  readonly plan: RolloutPlan | undefined;
  readonly view: Pick<RolloutView, 'epoch' | 'stateEpoch' | 'cycleSec' | 'stage' | 'guards'>;
  readonly nowSec: number;
}

/** What needs a person, in sentences without ages: what stays the same reads the same. */
export function rolloutProblems({ state, desk, memories, plan, view, nowSec }: Given): string[] {
  if (!state) return ['The state of the rollout cannot be read: nothing is renewed. Keep a copy of the key, then remove it.'];
  const { epoch, stateEpoch, cycleSec } = view;
  const isPublishing = view.stage > 0;
  const breached = view.guards.filter(({ isBreached }) => isBreached).map(({ guard }) => guard);
  const found: [boolean, string][] = [
    [desk === undefined, 'Its desk (plans, approvals, commands read) cannot be read.'],
    [memories === undefined, 'What its guards remember cannot be read.'],
    [isPublishing && plan === undefined, 'The text of the running plan is not there or cannot be read.'],
    [
      state.name !== 'killed' && epoch !== stateEpoch,
      `The epoch is ${epoch ?? 'absent'}, and the rollout runs under ${stateEpoch ?? 'none'}: no multiplier counts.`,
    ],
    [
      isPublishing && !(cycleSec !== null && nowSec - cycleSec <= STALE_SEC),
      `The last cycle was ${cycleSec === null ? 'never' : utc(cycleSec)}: target-rollout does not run.`,
    ],
    [isPublishing && breached.length > 0, `Breached: ${breached.join(', ')}. \`quantumctl rollout audit\` says why.`],
    [state.name === 'killed', 'It was killed. `quantumctl rollout clear` leads to off.'],
    [state.name === 'rolled_back', 'It was rolled back. `quantumctl rollout audit` says why, `rollout retry` begins again.'],
    [state.name === 'reduce_only', 'It only reduces. `quantumctl rollout audit` says why, `rollout retry` goes on to a hold.'],
  ];
  return found.flatMap(([holds, text]) => (holds ? [text] : []));
} // prettier-ignore
