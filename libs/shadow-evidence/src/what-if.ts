import {
  replayDecision,
  isDecision,
  limitsOfRecord,
  parseRecordedProposal,
  policyOfRecord,
  replayProposal,
} from '@quantum/decisions';
import type { HintParameters, ProposalParameters, SmoothingState } from '@quantum/efficiency-policy';
import { fixed, type ApplyMode, type DecisionRecord } from '@quantum/redis-schemas';
import type { GateSettings } from '@quantum/risk-gates';
import { BeforeAfter } from './before-after.js';
import { ParameterSets } from './parameter-sets.js';
import { Decisions } from './parse-record.js';
import type { RecordedParameters } from './policy.js';
import type { RecordingLine } from './recording.js';

/**
 * What another policy would have changed, of one symbol or of all; `before` as recorded, `after` by the other policy.
 */
export interface Changes {
  proposals: number;
  proposalsChanged: number;
  /** Sums over all proposals; divide by their number for means. */
  proposedUsd: BeforeAfter;
  multiplier: BeforeAfter;
  /** Plans replayed. */
  plans: number;
  plansChanged: number;
  /** Plans for which this is unknown: they would have got to where their record holds no state. */
  plansUnknown: number;
  permits: BeforeAfter;
  /** Permits that are hinted smaller. */
  hinted: BeforeAfter;
  /** Notional that the hints would take off, USD. */
  takenOffUsd: BeforeAfter;
  cooldownSec: BeforeAfter;
}

const noChanges = (): Changes => ({
  proposals: 0,
  proposalsChanged: 0,
  proposedUsd: new BeforeAfter(),
  multiplier: new BeforeAfter(),
  plans: 0,
  plansChanged: 0,
  plansUnknown: 0,
  permits: new BeforeAfter(),
  hinted: new BeforeAfter(),
  takenOffUsd: new BeforeAfter(),
  cooldownSec: new BeforeAfter(),
});

/** Another policy: what it makes of the parameters that decided an output of this symbol. */
export interface OtherPolicy {
  /** Undefined, as below, where it cannot tell: where it depends on what decided, and no line says what that was. */
  gates: (recorded: GateSettings | undefined) => GateSettings | undefined;
  proposal: (symbol: string, recorded: ProposalParameters | undefined) => ProposalParameters | undefined;
  hint: (symbol: string, recorded: HintParameters | undefined) => HintParameters | undefined;
}

/** What the hint of a permit comes to. */
export interface HintEffect {
  hinted: boolean;
  /** USD of the planned notional that the hint would take off. */
  takenOffUsd: number;
  cooldownSec: number;
}

/** The effect of a decision's hint: none without a permit. */
export function hintEffect({ permit }: DecisionRecord): HintEffect {
  if (!permit) return { hinted: false, takenOffUsd: 0, cooldownSec: 0 };
  return {
    hinted: permit.eff_action === 'DOWNSIZE',
    takenOffUsd: permit.computed_notional * (1 - Number(permit.eff_factor)),
    cooldownSec: Number(permit.extra_cooldown_sec),
  };
}

/**
 * What another policy would have decided, each decision by itself on its own recorded inputs: a plan is judged on the
 * windows that it met. What one changed decision would have done to later ones (a permit more fills a window) is not
 * followed, with one exception: smoothing starts from what this policy would have left for the symbol, and only at the
 * symbol's first proposal from what was recorded. Budgets keep the scale that was recorded: cycles are not put together
 * again.
 */
export class WhatIf {
  readonly all = noChanges();
  readonly bySymbol = new Map<string, Changes>();
  /** Outputs for which this is unknown: no line says what decided them. */
  undecided = 0;
  /** Proposals and decision records that cannot be read. */
  unreadable = 0;
  readonly #sets: ParameterSets;
  readonly #decided = new Decisions();
  /** Refused plans by the gate that refused them. */
  readonly refusals = new Map<string, BeforeAfter>();
  readonly #other: OtherPolicy;
  readonly #applyMode: ApplyMode;
  /** What smoothing would go on from, by symbol. */
  readonly #states = new Map<string, SmoothingState>();

  /** @param recorded what the header of the recording says */
  constructor(recorded: RecordedParameters, other: OtherPolicy) {
    this.#sets = new ParameterSets(recorded);
    this.#other = other;
    this.#applyMode = recorded.governor.applyMode;
  }

  take(line: RecordingLine): void {
    if (line.kind === 'policy') this.#sets.take(line);
    if (line.kind === 'proposal') this.#proposal(line.fields);
    const record = this.#decided.read(line);
    if (record === 'unreadable') this.unreadable += 1;
    else if (record) this.#decision(record);
  }

  #of(symbol: string): Changes[] {
    let own = this.bySymbol.get(symbol);
    if (!own) this.bySymbol.set(symbol, (own = noChanges()));
    return [own, this.all];
  }

  #proposal(fields: readonly string[]): void {
    const recorded = parseRecordedProposal(fields);
    if (!recorded) {
      this.unreadable += 1;
      return;
    }
    const { symbol, policy, smoothingFrom, tsEpochSec } = recorded;
    const parameters = this.#other.proposal(symbol, this.#sets.proposal(policy));
    if (!parameters) {
      this.undecided += 1;
      return;
    }
    const replayed = replayProposal(recorded, parameters, this.#states.get(symbol) ?? smoothingFrom);
    if (replayed) this.#states.set(symbol, { multiplier: replayed.smoothedMultiplier, tsSec: tsEpochSec });
    // Without a proposal the base applies.
    const proposedUsd = replayed?.proposedTargetUsd ?? recorded.baseTargetUsd;
    const changed = proposedUsd !== recorded.proposedTargetUsd || replayed?.reason !== recorded.reason;
    for (const changes of this.#of(symbol)) {
      changes.proposals += 1;
      if (changed) changes.proposalsChanged += 1;
      changes.proposedUsd.add(recorded.proposedTargetUsd, proposedUsd);
      // As a proposal has it, or rounding alone would look like a change.
      changes.multiplier.add(recorded.multiplier, Number(fixed(replayed?.multiplier ?? 1, 4)));
    }
  }

  #refusals(gate: string): BeforeAfter {
    let own = this.refusals.get(gate);
    if (!own) this.refusals.set(gate, (own = new BeforeAfter()));
    return own;
  }

  #decision(recorded: DecisionRecord): void {
    if (!isDecision(recorded)) return;
    const hint = this.#other.hint(recorded.symbol, this.#sets.hint(policyOfRecord(recorded)));
    const gates = this.#other.gates(this.#sets.gates(limitsOfRecord(recorded)));
    if (!hint || !gates) {
      this.undecided += 1;
      return;
    }
    const replayed = replayDecision(recorded, { ...gates, applyMode: this.#applyMode, hint });
    if (replayed.kind === 'decided') {
      if (recorded.reason !== '') this.#refusals(recorded.reason).add(1, 0);
      if (replayed.record.reason !== '') this.#refusals(replayed.record.reason).add(0, 1);
    }
    for (const changes of this.#of(recorded.symbol)) {
      changes.plans += 1;
      if (replayed.kind === 'unknown') {
        changes.plansUnknown += 1;
        continue;
      }
      const [before, after] = [hintEffect(recorded), hintEffect(replayed.record)];
      const outcomeChanged = recorded.outcome !== replayed.record.outcome || recorded.reason !== replayed.record.reason;
      const hintChanged = before.takenOffUsd !== after.takenOffUsd || before.cooldownSec !== after.cooldownSec;
      if (outcomeChanged || hintChanged || before.hinted !== after.hinted) changes.plansChanged += 1;
      changes.permits.add(recorded.permit ? 1 : 0, replayed.record.permit ? 1 : 0);
      changes.hinted.add(before.hinted ? 1 : 0, after.hinted ? 1 : 0);
      changes.takenOffUsd.add(before.takenOffUsd, after.takenOffUsd);
      changes.cooldownSec.add(before.cooldownSec, after.cooldownSec);
    }
  }
}
