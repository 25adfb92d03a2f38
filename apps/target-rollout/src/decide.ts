import { deskAfter, excludedOf } from '@quantum/rollout-commands';
import { evidenceFields, foldCycle, NEW_FOLDS, type FoldedCycle } from '@quantum/rollout-evidence';
import type { Evaluation, GuardInput, GuardMemories } from '@quantum/rollout-guards';
import { PUBLISHING, type Multipliers, type RolloutPlan } from '@quantum/rollout-plan';
import { applyCommands, epochAfter, rulesFor, type Commanded } from './command-steps.js';
import { decideGuarded, moved } from './guarded-step.js';
import type { OwnCycle } from './integrity.js';
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
  const { input, decision, guardInput } = decideGuarded(facts, so, { plan, rules, excluded, folded, before });
  const { step, evaluation, multipliers } = decision;
  const { happening, entry } = moved(input, decision, guardInput, { hash, intervalSec, memories: loaded.memories });
  const { move } = step;
  return {
    ...so,
    evidence: entry ? [...evidence, entry] : evidence,
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
