import { evaluateGuards, isShown, NEW_E_PROCESS, type EProcess } from '@quantum/rollout-guards';
import { encodeRolloutState, guardLimitsOf, next, parseRolloutState, rulesOf, type CycleEvent, type RolloutEvent, type RolloutPlan, type RolloutState, type Step } from '@quantum/rollout-plan'; // prettier-ignore
import { parseDecision, resultsText, type Decision } from './decision.js';
import type { FieldDifference } from './entry-fields.js';
import type { HourEntry } from './entry.js';
import { jsonOf } from './kept-rows.js';
import { EvidenceReplayer, type EvidenceReplay, type StreamEntry } from './replay.js';

/** An entry of the audit, as `parseAudit` gives it, with its id. */
export interface AuditedStep {
  readonly id: string;
  readonly tsEpochSec: number;
  readonly event: string;
  /** Code of the refusal; empty: accepted. */
  readonly refusal: string;
  /** States before and after, JSON. */
  readonly from: string;
  readonly to: string;
  /** What the guards found, JSON; empty: they were not asked. */
  readonly guards: string;
}

export interface RolloutReplay {
  /** Entries of the audit whose outcome follows from what is recorded. */
  readonly verified: number;
  /** Ids of entries of the audit that guards decided and whose inputs are not there. */
  readonly unverified: readonly string[];
  /** By the id of the entry of the audit. */
  readonly differences: readonly ({ readonly id: string } & FieldDifference)[];
  readonly evidence: EvidenceReplay;
}

/**
 * States that such an event may also leave as they are. Redis had lost the state, and nothing was there to kill; or an
 * earlier version forgot a hold within `reduce_only`.
 */
const UNMOVED: Readonly<Record<string, RolloutState['name']>> = { kill: 'killed', hold: 'reduce_only' };
const COMMANDS: ReadonlySet<string> = new Set(['hold', 'resume', 'rollback', 'reduce_only', 'retry', 'kill', 'clear', 'takeover']); // prettier-ignore

/**
 * Replays a rollout: each verdict of the guards from their inputs, and each transition from the state before it, to the
 * byte; and the evidence that both rest on. Of the evidence it keeps hours and decisions alone, so that a stream can be
 * taken page by page.
 */
export class RolloutReplayer {
  readonly #evidence = new EvidenceReplayer();
  readonly #decisions = new Map<string, Decision>();
  readonly #hours: HourEntry[] = [];

  /** The next entry of the stream of the evidence. */
  takeEvidence(entry: StreamEntry): void {
    const taken = this.#evidence.take(entry);
    if (taken?.kind === 'hour') this.#hours.push(taken);
    const decision = parseDecision(entry.fields);
    if (decision) this.#decisions.set(placeOf(encodeRolloutState(decision.from), encodeRolloutState(decision.to)), decision);
  }

  /**
   * What came of it, with the whole audit in its order. `planOf`: the plan of a hash. That the audit is whole is for
   * `verifyAudit` to say.
   */
  result(audit: readonly AuditedStep[], planOf: (hash: string) => RolloutPlan | undefined): RolloutReplay {
    const unverified: string[] = [];
    const differences: ({ id: string } & FieldDifference)[] = [];
    let [verified, last]: [number, RolloutState | undefined] = [0, undefined];
    for (const step of audit) {
      const decision = this.#decisions.get(placeOf(step.from, step.to));
      const found = [...continuityOf(step, last), ...stepDifferences(step, decision, this.#hours, planOf)];
      differences.push(...found.map((each) => ({ id: step.id, ...each })));
      if (step.guards !== '' && decision === undefined) unverified.push(step.id);
      else if (found.length === 0) verified += 1;
      last = parseRolloutState(step.to);
    }
    return { verified, unverified, differences, evidence: this.#evidence.result() };
  }
} // prettier-ignore

/** Replays a whole audit and the whole evidence: `RolloutReplayer`. */
export function replayRollout(
  audit: readonly AuditedStep[],
  evidence: Iterable<StreamEntry>,
  planOf: (hash: string) => RolloutPlan | undefined,
): RolloutReplay {
  const replayer = new RolloutReplayer();
  for (const entry of evidence) replayer.takeEvidence(entry);
  return replayer.result(audit, planOf);
}

const placeOf = (from: string, to: string): string => `${from}\n${to}`;

/** Between two entries, cycles without a move change clocks alone; and a blend is 0 after its keys have lapsed. */
function continuityOf({ from }: AuditedStep, last: RolloutState | undefined): FieldDifference[] {
  const state = parseRolloutState(from);
  if (state === undefined) return [{ field: 'from', recorded: from, replayed: '' }];
  if (last === undefined) return [];
  const { cycleSec, bakedSec, bakedPeriods, freshCycles } = state;
  const blend = state.blend === 0 ? 0 : last.blend;
  const expected = encodeRolloutState({ ...last, cycleSec, bakedSec, bakedPeriods, freshCycles, blend });
  return expected === from ? [] : [{ field: 'from', recorded: from, replayed: expected }];
}

function stepDifferences(
  step: AuditedStep,
  decision: Decision | undefined,
  hours: readonly HourEntry[],
  planOf: (hash: string) => RolloutPlan | undefined,
): FieldDifference[] {
  const from = parseRolloutState(step.from);
  if (from === undefined || step.guards !== '') {
    return decision === undefined ? [] : decisionDifferences(step, decision, hours, planOf);
  }
  const to = parseRolloutState(step.to);
  const outcomes = step.refusal === '' && to ? commandedStates(step, from, to, planOf).map(encodeRolloutState) : [step.from]; // prettier-ignore
  return outcomes.includes(step.to) ? [] : [{ field: 'to', recorded: step.to, replayed: outcomes[0] ?? '' }];
}

/**
 * What a command or an epoch leads to. The epoch of Redis is not recorded: it is the one before, or the one that is in
 * force after.
 */
function commandedStates(
  { event, tsEpochSec: nowSec }: AuditedStep,
  from: RolloutState,
  to: RolloutState,
  planOf: (hash: string) => RolloutPlan | undefined,
): RolloutState[] {
  const { plan, policy, evidenceSec } = to;
  const given =
    event === 'start' ? ({ kind: 'start', plan, policy, evidenceSec, isApproved: true } as const) : { kind: event };
  if (event !== 'start' && !COMMANDS.has(event)) return [from];
  const found = planOf(plan);
  const rules = found && rulesOf(found, plan, 1);
  const states = [from.epoch, to.epoch].map(
    (epoch) => next(from, { ...given, nowSec, epoch } as RolloutEvent, rules).state,
  );
  return UNMOVED[event] === from.name ? [...states, from] : states;
}

function decisionDifferences(
  { guards, to, event }: AuditedStep,
  decision: Decision,
  hours: readonly HourEntry[],
  planOf: (hash: string) => RolloutPlan | undefined,
): FieldDifference[] {
  const plan = planOf(decision.plan);
  if (plan === undefined) return [{ field: 'plan', recorded: decision.plan, replayed: '' }];
  const { results, step } = replayDecision(decision, plan);
  const pairs: [field: string, recorded: string, replayed: string][] = [
    ['guards', guards, resultsText(results)],
    ['event', event, step.move ?? ''],
    ['to', to, encodeRolloutState(step.state)],
    ...linkOf(decision, plan, hours),
  ];
  return pairs.flatMap(([field, recorded, replayed]) => (recorded === replayed ? [] : [{ field, recorded, replayed }]));
}

function replayDecision(
  { plan: hash, intervalSec, input, memories, facts, from }: Decision,
  plan: RolloutPlan,
): { results: ReturnType<typeof evaluateGuards>['results']; step: Step } {
  const { results, demand, isClean } = evaluateGuards(input, guardLimitsOf(plan), memories, intervalSec);
  const event: CycleEvent = { kind: 'cycle', ...facts, demand, isClean };
  return { results, step: next(from, event, rulesOf(plan, hash, intervalSec)) };
}

/** What the decision took from the evidence: that of the last hour, or a new series. */
function linkOf(
  { plan: hash, input, facts }: Decision,
  { evidence }: RolloutPlan,
  hours: readonly HourEntry[],
): [string, string, string][] {
  const last = hours.findLast(({ plan, closedSec }) => plan === hash && closedSec <= facts.nowSec)?.after.tests;
  const shownBy = (process: EProcess) => isShown(process, evidence.alphaAdvance);
  const candidates = [last, undefined].map((tests) => ({
    harm: tests?.harm ?? NEW_E_PROCESS,
    shown: (['non_inferior', 'superior'] as const).map((test) => shownBy(tests?.[test] ?? NEW_E_PROCESS)),
  }));
  const [harms, showns] = [candidates.map(({ harm }) => jsonOf(harm)), candidates.map(({ shown }) => jsonOf(shown))];
  const own = { harm: jsonOf(input.harm?.process), shown: jsonOf([facts.shown.non_inferior, facts.shown.superior]) };
  return [
    ['harm', own.harm, harms.includes(own.harm) ? own.harm : (harms[0] ?? '')],
    ['shown', own.shown, showns.includes(own.shown) ? own.shown : (showns[0] ?? '')],
  ];
}
