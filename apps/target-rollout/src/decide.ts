import { approvalOf, deskAfter, excludedOf, type Desk } from '@quantum/rollout-commands';
import { decisionFields, evidenceFields, foldCycle, NEW_FOLDS, type FoldedCycle } from '@quantum/rollout-evidence';
import type { Evaluation, GuardInput, GuardMemories } from '@quantum/rollout-guards';
import {
  cohortOf,
  decideCycle,
  PUBLISHING,
  type CycleEvent,
  type CycleInput,
  type CycleSymbol,
  type Multipliers,
  type RolloutPlan,
  type RolloutState,
} from '@quantum/rollout-plan';
import type { Happening } from './audit.js';
import { applyCommands, epochAfter, rulesFor, type Commanded } from './command-steps.js';
import type { OwnCycle } from './integrity.js';
import { judge } from './judge.js';
import type { InputTimes } from './last-seen.js';
import type { Loaded } from './load.js';
import { effectiveOf, marketOf, policyOf } from './market.js';
import { arrived, withoutPlan } from './own-moves.js';
import type { MarketRead } from './read-market.js';

/** All that a cycle decides by. */
export interface CycleFacts {
  nowSec: number;
  intervalSec: number;
  /** The epoch in Redis. */
  epoch: number | null;
  /** This process, by the part of its token after the count. */
  token: string;
  loaded: Loaded;
  /** The plan that runs, or whose evidence is gathered: its symbols were read. */
  current: { plan: RolloutPlan; hash: string } | undefined;
  planOf: (hash: string) => RolloutPlan | undefined;
  market: MarketRead;
  times: ReadonlyMap<string, InputTimes>;
  /** Users whose commands are read, and whose approvals count. */
  users: readonly string[];
  integrity: GuardInput['integrity'];
  isKnownSymbol: (symbol: string) => boolean;
  sha256: (text: string) => string;
}

/** What a cycle leads to. Nothing is written yet. */
export interface CycleOutcome extends Commanded {
  memories: GuardMemories;
  folded: FoldedCycle | undefined;
  /** Entries for the stream of the evidence. */
  evidence: readonly (readonly string[])[];
  evaluation: Evaluation | undefined;
  /** What to publish. */
  multipliers: Multipliers;
  /** Whether keys are renewed, and those that are left out removed; else they are left to expire. */
  renews: boolean;
  own: OwnCycle | undefined;
}

/** Decides a cycle: what happened since the last one, then commands, then the guards. Pure. */
export function decide(facts: CycleFacts): CycleOutcome {
  const so = commanded(arrived(facts), facts);
  const { loaded, current, nowSec, epoch, market, intervalSec } = facts;
  const { state } = so;
  const none = {
    memories: loaded.memories,
    evaluation: undefined,
    multipliers: new Map() as Multipliers,
    own: undefined,
  };
  const isOther = state.name !== 'off' && state.plan !== '' && state.plan !== current?.hash;
  if (!current || isOther) {
    return { ...withoutPlan(so, facts), ...none, folded: undefined, evidence: [] };
  }
  const before = effectiveOf(market.symbols, epoch, nowSec);
  const excluded = excludedOf(so.desk, current.hash);
  const cycleMarket = marketOf(facts, current.plan, state, excluded, before);
  const folded = foldCycle(loaded.folds ?? NEW_FOLDS, cycleMarket, {
    ...current,
    state,
    intervalSec,
    published: before,
    wasPublished: loaded.wasRenewed,
  });
  const evidence = folded.entries.map(evidenceFields);
  if (!PUBLISHING.has(state.name)) return { ...so, ...none, folded, evidence, renews: true };

  const { plan, hash } = current;
  const rules = rulesFor(plan, hash, intervalSec);
  if (!rules) return { ...so, ...none, folded, evidence, renews: false };
  const context = {
    nowSec, intervalSec, plan, excluded, market, times: facts.times, before, memories: loaded.memories,
    folded: { ...folded.input, integrity: facts.integrity },
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
  const { step, evaluation, multipliers } = decision;
  const { move } = step;
  const guardInput = inputs.get(evaluation.results);
  const reason = evaluation.results.flatMap(({ guard, demand }) => (demand === 'none' ? [] : [`${guard}: ${demand}`])).join(', '); // prettier-ignore
  const happening: Happening | undefined = move && { event: move, reason, from: state, to: step.state, plan, guards: evaluation.results }; // prettier-ignore
  const decided = move && guardInput && decisionFields({
    plan: hash, intervalSec, input: guardInput, memories: loaded.memories, facts: input.facts, from: state, to: step.state,
  }); // prettier-ignore
  return {
    ...so,
    evidence: decided ? [...evidence, decided] : evidence,
    state: step.state,
    epoch: epochAfter(so.epoch, step),
    desk: deskAfter(so.desk, move, hash, plan),
    happenings: happening ? [...so.happenings, happening] : so.happenings,
    moves: move ? [...so.moves, [step.state.name, move]] : so.moves,
    memories: evaluation.memories,
    folded,
    evaluation,
    multipliers,
    renews: evaluation.mayRenew || !PUBLISHING.has(step.state.name),
    own: { input, decision },
  };
}

function commanded(so: Commanded, facts: CycleFacts): Commanded {
  const { nowSec, market, loaded, intervalSec, planOf, users, isKnownSymbol, sha256 } = facts;
  const after = applyCommands(so, market.commands, {
    nowSec,
    intervalSec,
    policy: policyOf(market.symbols),
    evidenceSec: loaded.folds?.series?.sinceSec ?? nowSec,
    planOf,
    users,
    isKnownSymbol,
    sha256,
  });
  return { ...after, happenings: [...so.happenings, ...after.happenings], moves: [...so.moves, ...after.moves] };
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
  const approval = (stage: number) => {
    const found = plan.stages[stage];
    return found && approvalOf(desk, current?.hash ?? '', found, { nowSec, users });
  };
  return {
    nowSec,
    epoch,
    hasLapsed: ![...cohortOf(plan, state.stage)].some((symbol) => before.has(symbol)),
    policy: policyOf(market.symbols),
    closedPeriods,
    shown,
    approvedSec: approval(state.stage)?.approvedSec,
    isNextApproved: approval(state.stage + 1)?.isApproved ?? false,
  };
}
