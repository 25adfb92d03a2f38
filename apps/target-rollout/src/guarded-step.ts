import { approvalOf, isStageApproved, type Desk } from '@quantum/rollout-commands';
import { decisionFields, type FoldedCycle } from '@quantum/rollout-evidence';
import type { Evaluation, GuardInput, GuardMemories } from '@quantum/rollout-guards';
import {
  cohortOf,
  decideCycle,
  type CycleDecision,
  type CycleEvent,
  type CycleInput,
  type CycleSymbol,
  type RolloutPlan,
  type RolloutState,
} from '@quantum/rollout-plan';
import type { Happening } from './audit.js';
import type { Commanded } from './command-steps.js';
import type { CycleFacts } from './decide.js';
import { judge } from './judge.js';
import { policyOf } from './market.js';
import type { MarketRead } from './read-market.js';

/** Asks the guards, and decides the step and the multipliers. Also answers the input of the guards that decided. */
export function decideGuarded(
  facts: CycleFacts,
  so: Commanded,
  known: Pick<CycleInput, 'plan' | 'rules' | 'excluded'> & { folded: FoldedCycle; before: ReadonlyMap<string, number> },
): { input: CycleInput; decision: CycleDecision; guardInput: GuardInput | undefined } {
  const { nowSec, intervalSec, market, times, loaded, integrity } = facts;
  const { plan, rules, excluded, folded, before } = known;
  const { state } = so;
  const context = {
    nowSec, intervalSec, plan, excluded, market, times, before, memories: loaded.memories,
    folded: { ...folded.input, integrity },
  }; // prettier-ignore
  // The guards may be asked twice: the input is kept of each evaluation.
  const inputs = new Map<Evaluation['results'], GuardInput>();
  const input: CycleInput = {
    state,
    plan,
    rules,
    facts: cycleFacts(facts, so.desk, plan, so, folded, before),
    excluded,
    symbols: cycleSymbols(market.symbols, state, before),
    judge: (candidates, hopeful) => {
      const judged = judge(context, state, candidates, hopeful);
      inputs.set(judged.evaluation.results, judged.input);
      return judged.evaluation;
    },
  };
  const decision = decideCycle(input);
  return { input, decision, guardInput: inputs.get(decision.evaluation.results) };
}

/** Where the state moved: what the audit says of it, and the evidence that replays it. */
export function moved(
  { state, plan, facts }: CycleInput,
  { step, evaluation }: CycleDecision,
  guardInput: GuardInput | undefined,
  by: { hash: string; intervalSec: number; memories: GuardMemories },
): { happening?: Happening; entry?: readonly string[] } {
  if (!step.move) return {};
  const { results } = evaluation;
  const reason = results.flatMap(({ guard, demand }) => (demand === 'none' ? [] : [`${guard}: ${demand}`])).join(', ');
  const happening = { event: step.move, reason, from: state, to: step.state, plan, guards: results };
  if (!guardInput) return { happening };
  const { hash, intervalSec, memories } = by;
  const moves = { from: state, to: step.state };
  return {
    happening,
    entry: decisionFields({ plan: hash, intervalSec, input: guardInput, memories, facts, ...moves }),
  };
}

/** Symbols as a state takes them: a proposal under another policy than its own is none. */
function cycleSymbols(
  symbols: MarketRead['symbols'],
  { policy }: RolloutState,
  before: ReadonlyMap<string, number>,
): Map<string, CycleSymbol> {
  return new Map(
    [...symbols].map(([symbol, read]) => {
      const multiplier = before.get(symbol);
      const blend = multiplier === undefined || typeof read.published === 'string' ? 0 : read.published.blend;
      return [symbol, { proposed: read.policy === policy ? read.proposed : undefined, before: multiplier ?? 1, blend }];
    }),
  );
}

function cycleFacts(
  { nowSec, market, current, users }: CycleFacts,
  desk: Desk,
  plan: RolloutPlan,
  { state, epoch }: Pick<Commanded, 'state' | 'epoch'>,
  { shown, closedPeriods }: FoldedCycle,
  before: ReadonlyMap<string, number>,
): Omit<CycleEvent, 'kind' | 'demand' | 'isClean'> {
  const hash = current?.hash ?? '';
  const stage = plan.stages[state.stage];
  return {
    nowSec,
    epoch,
    hasLapsed: ![...cohortOf(plan, state.stage)].some((symbol) => before.has(symbol)),
    policy: policyOf(market.symbols),
    closedPeriods,
    shown,
    approvedSec: stage && approvalOf(desk, hash, stage, { nowSec, users }).approvedSec,
    isNextApproved: isStageApproved(desk, hash, plan, state.stage + 1, { nowSec, users }),
  };
}
