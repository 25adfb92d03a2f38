import {
  applyCommand,
  deskAfter,
  markRead,
  parseCommand,
  subjectOf,
  type Desk,
  type DeskContext,
  type RefusalCode,
} from '@quantum/rollout-commands';
import { isLaterId } from '@quantum/redis-schemas';
import {
  next,
  parsePlan,
  rulesOf,
  type Step,
  type Move,
  type PlanRules,
  type RolloutPlan,
  type RolloutState,
} from '@quantum/rollout-plan';
import type { Happening } from './audit.js';
import type { CommandEntry } from './read-market.js';

/** What commands lead to. */
export interface Commanded {
  state: RolloutState;
  /** The epoch in Redis, or the one that it is to have. */
  epoch: number | null;
  desk: Desk;
  happenings: readonly Happening[];
  moves: readonly (readonly [to: RolloutState['name'], move: Move])[];
  /** Plans to store before the desk is. */
  plans: ReadonlyMap<string, string>;
  refusals: readonly RefusalCode[];
}

/** Facts that all commands of a cycle have in common. */
export type CommandFacts = Omit<DeskContext, 'epoch' | 'state' | 'runningPlan'> & { intervalSec: number };

/** Applies commands in the order of their ids. Each leads to one entry of the audit, refused or not. */
export function applyCommands(
  before: Pick<Commanded, 'state' | 'epoch' | 'desk'>,
  entries: readonly CommandEntry[],
  facts: CommandFacts,
): Commanded {
  const ordered = [...entries].sort((a, b) => (isLaterId(a.id, b.id) ? 1 : isLaterId(b.id, a.id) ? -1 : 0));
  return ordered.reduce<Commanded>((so, entry) => applyOne(so, entry, facts), {
    ...before,
    happenings: [],
    moves: [],
    plans: new Map(),
    refusals: [],
  });
}

function applyOne(so: Commanded, entry: CommandEntry, facts: CommandFacts): Commanded {
  const { state, desk } = so;
  const planOf = (hash: string): RolloutPlan | undefined => facts.planOf(hash) ?? parsePlan(so.plans.get(hash) ?? '', () => true).plan; // prettier-ignore
  const command = parseCommand(entry.user, entry.id, entry.fields);
  if ('refusal' in command) {
    const happening = { actor: entry.user, event: command.name, commandId: entry.id, refusal: command.refusal, from: state, to: state, plan: planOf(state.plan) }; // prettier-ignore
    return {
      ...so,
      desk: markRead(desk, entry.user, entry.id),
      happenings: [...so.happenings, happening],
      refusals: [...so.refusals, command.refusal],
    };
  }
  const context: DeskContext = { ...facts, epoch: so.epoch, state, runningPlan: planOf(state.plan), planOf };
  const applied = applyCommand(desk, command, context);
  const hash = applied.event?.kind === 'start' ? applied.event.plan : state.plan;
  const step = applied.event && next(state, applied.event, rulesFor(planOf(hash), hash, facts.intervalSec));
  const to = step?.state ?? state;
  // The evidence of the plan before is void, as after another policy.
  const isOther = step?.move === 'start' && to.plan !== state.plan;
  const refusal = applied.refusal ?? '';
  const happening = { actor: entry.user, event: command.name, commandId: entry.id, subject: subjectOf(command), reason: command.reason, refusal, from: state, to, plan: planOf(to.plan) }; // prettier-ignore
  return {
    state: to,
    epoch: epochAfter(so.epoch, step),
    desk: deskAfter(applied.desk, isOther ? 'restart' : step?.move, state.plan, context.runningPlan),
    happenings: [...so.happenings, happening],
    moves: step?.move === undefined ? so.moves : [...so.moves, [to.name, step.move]],
    plans: applied.storePlan ? new Map([...so.plans, [applied.storePlan.hash, applied.storePlan.text]]) : so.plans,
    refusals: applied.refusal ? [...so.refusals, applied.refusal] : so.refusals,
  };
}

/** Every move states the epoch that is in force from then on. */
export const epochAfter = (epoch: number | null, step: Step | undefined): number | null =>
  step?.move === undefined ? epoch : step.state.epoch;

export const rulesFor = (plan: RolloutPlan | undefined, hash: string, intervalSec: number): PlanRules | undefined =>
  plan && rulesOf(plan, hash, intervalSec);
