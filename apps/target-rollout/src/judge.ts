import type { FoldedInput } from '@quantum/rollout-evidence';
import {
  evaluateGuards,
  type Evaluation,
  type GuardInput,
  type GuardMemories,
  type SymbolRow,
} from '@quantum/rollout-guards';
import {
  capsOf,
  cohortOf,
  guardLimitsOf,
  type Multipliers,
  type RolloutPlan,
  type RolloutState,
} from '@quantum/rollout-plan';
import type { InputTimes } from './last-seen.js';
import type { MarketRead } from './read-market.js';

/** What the guards get from elsewhere than the market: folds over cycles, and the own last cycle. */
type JudgedInput = FoldedInput & Pick<GuardInput, 'integrity'>;

/** What all evaluations of a cycle have in common. */
export interface JudgeContext {
  nowSec: number;
  intervalSec: number;
  plan: RolloutPlan;
  excluded: ReadonlySet<string>;
  market: Pick<MarketRead, 'symbols' | 'otherBases' | 'outside'>;
  times: ReadonlyMap<string, InputTimes>;
  /** Multipliers in effect. */
  before: ReadonlyMap<string, number>;
  memories: GuardMemories;
  folded: JudgedInput;
}

const HOURS_PER_DAY = 24;

/** Asks the guards about what would be published under a state. `current`: the state of now. */
export function judge(
  context: JudgeContext,
  current: RolloutState,
  candidates: Multipliers,
  state: RolloutState,
): { input: GuardInput; evaluation: Evaluation } {
  const { nowSec, intervalSec, plan, excluded, market, memories, folded } = context;
  const stage = plan.stages[state.stage];
  const input: GuardInput = {
    nowSec,
    direction: stage?.direction ?? 'down_only',
    blend: Math.max(stage?.blend ?? 0, current.blend, state.blend),
    stageDays: (stage?.minHours ?? 0) / HOURS_PER_DAY,
    symbols: rowsOf(context, candidates),
    cohort: cohortOf(plan, state.stage, excluded),
    caps: capsOf(plan),
    costBps: plan.evidence.costBps,
    outside: market.outside,
    ...folded,
  };
  return { input, evaluation: evaluateGuards(input, guardLimitsOf(plan), memories, intervalSec) };
}

/** Every symbol with a base target, and every one that would be published. */
function rowsOf({ nowSec, market, times, before }: JudgeContext, candidates: Multipliers): SymbolRow[] {
  const ageOf = (sec: number | undefined): number | undefined => (sec === undefined ? undefined : nowSec - sec);
  const planned = [...market.symbols].flatMap(([symbol, { baseUsd, reason }]): SymbolRow[] => {
    const candidate = candidates.get(symbol);
    if (candidate === undefined && baseUsd === undefined) return [];
    const { scoreSec, baseSec, priceSec } = times.get(symbol) ?? {};
    return [
      {
        symbol,
        baseUsd,
        enforced: candidate !== undefined,
        multiplier: candidate?.multiplier ?? 1,
        before: before.get(symbol) ?? 1,
        atStateBlend: candidate?.atStateBlend ?? 1,
        reasonOk: reason === 'ok',
        scoreAgeSec: ageOf(scoreSec),
        baseAgeSec: ageOf(baseSec),
        priceAgeSec: ageOf(priceSec),
      },
    ];
  });
  const others = [...market.otherBases].map(([symbol, baseUsd]): SymbolRow => ({
    symbol,
    baseUsd,
    enforced: false,
    multiplier: 1,
    before: 1,
    reasonOk: true,
    scoreAgeSec: undefined,
    baseAgeSec: undefined,
    priceAgeSec: undefined,
  }));
  return [...planned, ...others];
}
