import { evaluateGuards, type GuardInput, type GuardMemories, type OutsideState } from '@quantum/rollout-guards'; // prettier-ignore
import { capsOf, cohortOf, decideCycle, encodeRolloutState, guardLimitsOf, initialState, next, rulesOf, type Multipliers, type RolloutEvent, type RolloutState } from '@quantum/rollout-plan'; // prettier-ignore
import { HASH, marketOf, NOW, planOf, POLICY, symbolOf } from './cycles.test-support.js';
import { decisionFields, evidenceFields, foldCycle, NEW_FOLDS, type AuditedStep, type StreamEntry } from './index.js';

/** Ten cycles an hour bake a stage; the first asks for evidence. */
export const plan = planOf({ deltaBpsPerDay: 200 }, undefined, {
  minHours: 0.5,
  minPeriods: 5,
  require: 'non_inferior',
});
export const INTERVAL = 150;
const rules = rulesOf(plan, HASH, INTERVAL);
const SYMBOLS = ['A', 'B', 'C'];

/** What happens to a rollout apart from its cycles, by the number of the cycle. */
export interface Script {
  readonly cycles: number;
  readonly command?: (cycle: number) => 'start' | Exclude<RolloutEvent['kind'], 'cycle' | 'start'> | undefined;
  readonly killSwitch?: (cycle: number) => OutsideState;
  readonly epochs?: (cycle: number) => number;
  readonly policy?: (cycle: number) => string;
}

/** A rollout after a day of shadow, as its service runs it: its audit and its evidence. */
export function rollout({ cycles, command = () => undefined, killSwitch = () => 'off', epochs, policy = () => POLICY }: Script) {
  let [state, folds, memories]: [RolloutState, typeof NEW_FOLDS, GuardMemories] = [initialState(7), NEW_FOLDS, {}];
  let published: Multipliers = new Map();
  const [audit, evidence]: [AuditedStep[], StreamEntry[]] = [[], []];
  const fromCycle = -Math.round((25 * 3600) / INTERVAL);
  for (let cycle = fromCycle; cycle < cycles; cycle += 1) {
    const nowSec = NOW + cycle * INTERVAL;
    const epoch = epochs?.(cycle) ?? state.epoch;
    const add = (fields: readonly string[]) => evidence.push({ id: `${nowSec * 1000}-${evidence.length}`, fields });
    const audited = (event: string, from: RolloutState, to: RolloutState, guards = '') =>
      audit.push({ id: `a${audit.length}`, tsEpochSec: nowSec, event, refusal: '', from: encodeRolloutState(from), to: encodeRolloutState(to), guards });
    const kind = epoch === state.epoch || state.name === 'killed' ? command(cycle) : 'kill';
    if (kind !== undefined) {
      const start = { plan: HASH, policy: POLICY, isApproved: true, evidenceSec: folds.series?.sinceSec ?? nowSec };
      const { state: to } = next(state, { kind, nowSec, epoch, ...(kind === 'start' ? start : {}) } as RolloutEvent, rules);
      audited(kind, state, to);
      state = to;
    }
    const before = new Map([...published].map(([symbol, { multiplier }]) => [symbol, multiplier]));
    const cohort = cohortOf(plan, state.stage);
    const symbols = new Map(SYMBOLS.map((symbol) => [symbol, symbolOf({ multiplier: 0.96, positionUsd: 960, effective: before.get(symbol) ?? 1 })]));
    const folded = foldCycle(folds, marketOf(nowSec, { symbols, cohort, policy: policy(cycle) }), {
      plan, hash: HASH, state, intervalSec: INTERVAL, published: before, wasPublished: before.size > 0,
    });
    folded.entries.forEach((entry) => add(evidenceFields(entry)));
    folds = folded.folds;
    if (state.plan === '') continue;
    const inputs = new Map<unknown, GuardInput>();
    const facts = { nowSec, epoch: state.epoch, hasLapsed: false, policy: policy(cycle), closedPeriods: folded.closedPeriods, shown: folded.shown, approvedSec: NOW, isNextApproved: true };
    const input = {
      state, plan, rules, facts, excluded: new Set<string>(),
      symbols: new Map(SYMBOLS.map((symbol) => [symbol, { proposed: 0.96, before: before.get(symbol) ?? 1, blend: published.get(symbol)?.blend ?? 0 }])),
      judge: (candidates: Multipliers, hopeful: RolloutState) => {
        const asked: GuardInput = {
          nowSec, direction: 'down_only', blend: hopeful.blend, stageDays: 1, cohort: cohortOf(plan, hopeful.stage), caps: capsOf(plan), costBps: 0,
          symbols: SYMBOLS.map((symbol) => ({ symbol, baseUsd: 1000, enforced: candidates.has(symbol), multiplier: candidates.get(symbol)?.multiplier ?? 1, before: before.get(symbol) ?? 1, reasonOk: true, scoreAgeSec: 5, baseAgeSec: 5, priceAgeSec: 5 })),
          integrity: { replayed: 1, different: 0, unknownPolicies: 0, foreignWrites: 0, clockSkewSec: 0 },
          outside: { killSwitch: killSwitch(cycle), disarmLatch: 'off', budgetViolation: 'off' },
          ...folded.input,
        };
        const found = evaluateGuards(asked, guardLimitsOf(plan), memories, INTERVAL);
        inputs.set(found.results, asked);
        return found;
      },
    };
    const { step, evaluation, multipliers } = decideCycle(input);
    if (step.move !== undefined) {
      audited(step.move, state, step.state, JSON.stringify(evaluation.results));
      add(decisionFields({ plan: HASH, intervalSec: INTERVAL, input: inputs.get(evaluation.results)!, memories, facts, from: state, to: step.state }));
    }
    [state, memories, published] = [step.state, evaluation.memories, multipliers];
  }
  return { audit, evidence, state };
} // prettier-ignore

export const planAt = (hash: string) => (hash === HASH ? plan : undefined);
