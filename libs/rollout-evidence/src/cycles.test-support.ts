import { GUARD_NAMES } from '@quantum/rollout-guards';
import { initialState, parsePlan, type RolloutPlan, type RolloutState } from '@quantum/rollout-plan';
import { foldCycle, NEW_FOLDS, type CycleMarket, type EvidenceEntry, type FoldContext, type FoldedCycle, type Folds, type HourEntry, type MarketSymbol, type PeriodEntry } from './index.js'; // prettier-ignore

/** The start of an hour. */
export const NOW = 1_763_384_400;
export const HASH = '0123456789ab';
export const POLICY = '4bd977d42c9c';
const stage = {
  direction: 'down_only',
  minHours: 24,
  minPeriods: 200,
  approvals: 1,
  require: 'none',
  cohorts: ['all'],
};

/** A plan of two stages over A, B and C, whose periods cost nothing. */
export function planOf(evidence: Record<string, unknown> = {}, cohorts: Record<string, string[]> = { pilot: ['A'], all: ['A', 'B', 'C'] }, stages: Record<string, unknown> = {}): RolloutPlan {
  const file = {
    version: 1, name: 'test', owner: 'desk', cohorts,
    stages: [{ ...stage, ...stages, name: 'first', cohorts: [Object.keys(cohorts)[0]], blend: 0.5 }, { ...stage, ...stages, name: 'last', blend: 1 }],
    limits: { maxDeviationUsd: { total: 5000, perSymbol: 2000 } },
    slewPerCycle: 0.05, maxHoldSec: 3600, approvalDays: 30,
    guards: Object.fromEntries(GUARD_NAMES.filter((name) => name !== 'book_drawdown').map((name) => [name, { owner: 'risk' }])),
    evidence: { clipBps: 16, deltaBpsPerDay: 2.4, alphaAdvance: 0.05, costBps: 0, ...evidence },
  }; // prettier-ignore
  const { plan, violations } = parsePlan(JSON.stringify(file), () => true);
  if (!plan) throw new Error(violations.join('\n'));
  return plan;
} // prettier-ignore

export const symbolOf = (changes: Partial<MarketSymbol> = {}): MarketSymbol => ({
  baseUsd: 1000,
  multiplier: 0.9,
  positionUsd: 900,
  priceUsd: 100,
  effective: 1,
  ...changes,
});
/** A, B and C, each with changes. */
export const symbolsOf = (changes: Record<string, Partial<MarketSymbol>>): Map<string, MarketSymbol> =>
  new Map(['A', 'B', 'C'].map((symbol) => [symbol, symbolOf(changes[symbol])]));
export const marketOf = (nowSec: number, changes: Partial<CycleMarket> = {}): CycleMarket => ({
  nowSec,
  policy: POLICY,
  symbols: new Map(['A', 'B', 'C'].map((symbol) => [symbol, symbolOf()])),
  cohort: new Set(['A']),
  ...changes,
});

/** A rollout that is off: evidence alone. */
export const shadow = (changes: Partial<FoldContext> = {}): FoldContext => ({
  plan: planOf(),
  hash: HASH,
  state: initialState(7),
  intervalSec: 10,
  published: new Map(),
  wasPublished: false,
  ...changes,
});
/** A rollout that bakes its first stage since `sinceSec`, and has published A in its last cycle. */
export const baking = (sinceSec: number, state: Partial<RolloutState> = {}, changes: Partial<FoldContext> = {}): FoldContext =>
  shadow({
    state: { ...initialState(8), name: 'baking', plan: HASH, policy: POLICY, blend: 0.5, cycleSec: sinceSec, sinceSec, evidenceSec: sinceSec - 86_400 * 9, harmSec: sinceSec, ...state },
    published: new Map([['A', 0.95]]),
    wasPublished: true,
    ...changes,
  }); // prettier-ignore

/** One cycle after the other; `each` gives market and context at a time. */
export function run(
  timesSec: readonly number[],
  each: (nowSec: number) => [CycleMarket, FoldContext],
  from: Folds = NEW_FOLDS,
): FoldedCycle[] {
  let folds = from;
  return timesSec.map((nowSec) => {
    const cycle = foldCycle(folds, ...each(nowSec));
    folds = cycle.folds;
    return cycle;
  });
}
/** Times from `from` to before `to`. */
export const every = (stepSec: number, from: number, to: number): number[] =>
  Array.from({ length: Math.ceil((to - from) / stepSec) }, (_value, i) => from + i * stepSec);

/** The entries that cycles left, by their kind. */
export const entriesOf = (cycles: readonly FoldedCycle[]): EvidenceEntry[] =>
  cycles.flatMap(({ entries }) => [...entries]);
export const periodsOf = (entries: readonly EvidenceEntry[]): PeriodEntry[] =>
  entries.filter((entry) => entry.kind === 'period');
export const hoursOf = (entries: readonly EvidenceEntry[]): HourEntry[] =>
  entries.filter((entry) => entry.kind === 'hour');

/** Length of a period of `planOf`, seconds. */
export const P = 300;
/** A market whose A gains so that D of the period that ends at a time is about `bps`. */
export const moving =
  (bps: (nowSec: number) => number, from = NOW) =>
  (nowSec: number): CycleMarket['symbols'] => {
    let priceUsd = 100;
    for (let at = from + P; at <= nowSec; at += P) priceUsd *= 1 + bps(at) / 1e4;
    return symbolsOf({ A: { multiplier: 2, priceUsd, baseUsd: 1e6 }, B: { multiplier: 1, baseUsd: 1e-3 }, C: { multiplier: 1, baseUsd: 1e-3 } }); // prettier-ignore
  };
