import { recordJson, type DecisionRecord } from '@quantum/redis-schemas';
import { ParameterSets } from './parameter-sets.js';
import { Decisions } from './parse-record.js';
import type { Policy } from './policy.js';
import type { RecordingLine } from './recording.js';
import { decideAgain, isDecision, limitsOfRecord, policyOfRecord } from './replay-decision.js';
import { entryDifference, parseRecordedProposal, proposeAgain } from './replay-proposal.js';
import { Seen } from './seen.js';

/** Differences that are kept; of the others only the number is. */
const DIFFERENCES_KEPT = 5;

/** An output that deciding again does not give, with the texts that differ. */
export interface Difference {
  what: 'proposal' | 'decision' | 'block';
  /** Id of the stream entry or of the plan. */
  id: string;
  recorded: string;
  /** Empty where deciding again gives none. */
  expected: string;
}

export interface ReplayCounts {
  checked: number;
  same: number;
  different: number;
}

const none = (): ReplayCounts => ({ checked: 0, same: 0, different: 0 });

/**
 * Decides every recorded proposal and plan again, by the parameters and limits whose hash it carries, else by those of the
 * recording's header, and compares the outputs with the recorded ones byte by byte. A block is compared with the one in its plan's record.
 */
export class Replayer {
  readonly proposals = none();
  readonly decisions = none();
  readonly blocks = none();
  /** Dead letters: there is nothing to decide again. */
  noDecision = 0;
  /** Entries of the proposal stream that are no proposals. */
  unreadable = 0;
  /** Decision records that are no JSON, or none of a version that this program knows. */
  unreadableRecords = 0;
  /** Plans whose decision or block never came. A plan that is published again may be answered later. */
  readonly unanswered = new Set<string>();
  /** Plans whose decision or block had its time to live behind it when the recorder first asked for it. */
  readonly expired = new Seen();
  /** Decisions that name no limits, as those of earlier versions do not: decided again by those of the header. */
  byHeaderLimits = 0;
  /** Outputs that were decided by parameters or limits of which the recording has but the hash: how many, by hash. */
  readonly unknownPolicies = new Map<string, number>();
  readonly differences: Difference[] = [];
  readonly #policy: Policy;
  readonly #sets: ParameterSets;
  readonly #decided = new Decisions();
  /** Blocks that are still to come, by plan. */
  readonly #blocks = new Map<string, string>();

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#sets = new ParameterSets(policy);
  }

  get different(): number {
    return this.proposals.different + this.decisions.different + this.blocks.different;
  }

  /** Outputs that cannot be decided again because nobody has the text of their hash. */
  get undecided(): number {
    return [...this.unknownPolicies.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Outputs that were decided again. */
  get checked(): number {
    return this.proposals.checked + this.decisions.checked + this.blocks.checked;
  }

  /** @returns the decision that the line holds, if it is one of a plan that was not read before */
  take(line: RecordingLine): DecisionRecord | 'unreadable' | undefined {
    const record = this.#decided.read(line);
    if (line.kind === 'policy') this.#sets.take(line);
    else if (line.kind === 'proposal') this.#proposal(line.id, line.fields);
    else if (line.kind === 'decision' && record) this.#decision(line.plan_id, line.json, record);
    else if (line.kind === 'block') {
      const expected = this.#blocks.get(line.plan_id);
      if (expected === undefined) return undefined; // its record is not in the recording
      this.#blocks.delete(line.plan_id);
      this.unanswered.delete(line.plan_id);
      this.#count('block', line.plan_id, line.json, expected);
    } else if (line.kind === 'unanswered' && this.#isMissing(line)) this.unanswered.add(line.plan_id);
    else if (line.kind === 'expired') {
      this.#blocks.delete(line.plan_id);
      this.expired.isNew(line.plan_id);
    }
    return record;
  }

  /** Of a plan that was published again, what is awaited again may be here already. */
  #isMissing({ plan_id: planId, what }: Extract<RecordingLine, { kind: 'unanswered' }>): boolean {
    return what === 'decision' ? !this.#decided.has(planId) : this.#blocks.has(planId);
  }

  #proposal(id: string, fields: readonly string[]): void {
    const recorded = parseRecordedProposal(fields);
    if (!recorded) {
      this.unreadable += 1;
      return;
    }
    const parameters = this.#sets.proposal(recorded.policy);
    if (!parameters) {
      this.#unknown(recorded.policy);
      return;
    }
    const difference = entryDifference(fields, proposeAgain(recorded, parameters, recorded.smoothingFrom));
    if (!difference) this.#same('proposal');
    else this.#different('proposal', id, JSON.stringify(fields), JSON.stringify(difference));
  }

  #decision(planId: string, json: string, recorded: DecisionRecord | 'unreadable'): void {
    this.unanswered.delete(planId);
    if (recorded === 'unreadable') {
      this.unreadableRecords += 1;
      return;
    }
    if (recorded.block) this.#blocks.set(planId, JSON.stringify(recorded.block));
    if (!isDecision(recorded)) {
      this.noDecision += 1;
      return;
    }
    const [policy, limits] = [policyOfRecord(recorded), limitsOfRecord(recorded)];
    const [hint, gates] = [this.#sets.hint(policy), this.#sets.gates(limits)];
    if (!hint || !gates) {
      this.#unknown(hint ? limits : policy);
      return;
    }
    if (limits === undefined) this.byHeaderLimits += 1;
    // APPLY_MODE is in limits and modes by its effects alone; its name is the permit's own.
    const header = this.#policy.governor.applyMode;
    const applyMode = limits === undefined ? header : (recorded.permit?.mode ?? header);
    const again = decideAgain(recorded, { ...gates, applyMode, hint });
    this.#count('decision', planId, json, again.kind === 'decided' ? textLike(recorded, again.record) : '');
  }

  #unknown(policy = ''): void {
    this.unknownPolicies.set(policy, (this.unknownPolicies.get(policy) ?? 0) + 1);
  }

  #count(what: Difference['what'], id: string, recorded: string, expected: string): void {
    if (recorded === expected) this.#same(what);
    else this.#different(what, id, recorded, expected);
  }

  #same(what: Difference['what']): void {
    const counts = this[`${what}s`];
    counts.checked += 1;
    counts.same += 1;
  }

  #different(what: Difference['what'], id: string, recorded: string, expected: string): void {
    const counts = this[`${what}s`];
    counts.checked += 1;
    counts.different += 1;
    if (this.differences.length < DIFFERENCES_KEPT) this.differences.push({ what, id, recorded, expected });
  }
}

/** A record's JSON with its fields in the order in which another has them: versions of the governor differ in that alone. */
function textLike(other: DecisionRecord, record: DecisionRecord): string {
  const [wanted, own] = [Object.keys(other), Object.keys(record)];
  if (own.every((name, at) => name === wanted[at])) return recordJson(record);
  const names = [...new Set([...wanted, ...own])] as (keyof DecisionRecord)[];
  return recordJson(record, names);
}
