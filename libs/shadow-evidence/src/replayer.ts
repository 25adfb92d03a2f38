import {
  replayDecision,
  entryDifference,
  isDecision,
  limitsOfRecord,
  parseRecordedProposal,
  policyOfRecord,
  replayProposal,
} from '@quantum/decisions';
import type { DecisionRecord } from '@quantum/redis-schemas';
import { ParameterSets } from './parameter-sets.js';
import { decisionIdOf, Decisions, parseRecord, type DecisionId } from './parse-record.js';
import type { RecordedParameters } from './policy.js';
import { otherText } from './record-text.js';
import { parseLine, type RecordingLine } from './recording.js';
import { DIFFERENCES_KEPT, differentIn, ReplayTally, type ReplayedPart } from './replay-tally.js';
import { replayUnparsed, type FindSettings, type SameDecision } from './replay-unparsed.js';
import { mayLackScores, ScoreStates } from './score-states.js';
import { copyOf, hash53, Seen } from './seen.js';

type DecisionLine = Extract<RecordingLine, { kind: 'decision' }>;
/** A line as a replay takes it. */
export type ReplayedLine = RecordingLine | SameDecision;

/**
 * Replays every recorded output by the parameters and limits whose hash it carries, else by those of the header, and
 * compares it with the recorded one byte by byte. A block is compared with the one in its plan's record.
 */
export class Replayer extends ReplayTally {
  /** Plans whose decision or block never came. A plan that is published again may be answered later. */
  readonly unanswered = new Set<string>();
  /** Plans whose decision or block had its time to live behind it when the recorder first asked for it. */
  readonly expired = new Seen();
  readonly #policy: RecordedParameters;
  readonly #sets: ParameterSets;
  readonly #decided = new Decisions();
  /** Blocks that are still to come, by plan. */
  readonly #blocks = new Map<string, string>();

  readonly #states = new ScoreStates();

  /** @param sets what hashes mean, where that is known from lines before; default: what the header says */
  constructor(policy: RecordedParameters, sets = new ParameterSets(policy)) {
    super();
    this.#policy = policy;
    this.#sets = sets;
  }

  /** Blocks that are still to come, by plan, as their records have them. */
  get blocksToCome(): ReadonlyMap<string, string> {
    return this.#blocks;
  }

  /**
   * Takes what `replayPart` made of the lines after these. False, and nothing is changed, where that depends on what
   * was before: then they are to be taken line by line.
   */
  absorb({ totals, decided, blocks, blocksToCome }: ReplayedPart): boolean {
    const ids = Array.from({ length: decided.length / 2 }, (_, i): DecisionId => ({
      hash: decided[2 * i] ?? 0,
      decidedAtSec: decided[2 * i + 1] ?? NaN,
    }));
    if (!ids.every((id) => this.#decided.isNew(id)) || this.#concernsOpen(ids)) return false;
    const awaited = blocks.filter(([planId]) => this.#blocks.has(planId));
    const differs = differentIn(totals) > 0 || awaited.some(([planId, json]) => this.#blocks.get(planId) !== json);
    if (differs && this.differences.length < DIFFERENCES_KEPT) return false;
    for (const id of ids) this.#decided.take(id);
    this.add(totals);
    for (const [planId, json] of awaited) this.#block(planId, json);
    for (const [planId, json] of blocksToCome) this.#blocks.set(planId, json);
    return true;
  }

  /** Whether a plan that counts as unanswered, or whose block is still to come, is among these. */
  #concernsOpen(ids: readonly DecisionId[]): boolean {
    if (this.unanswered.size + this.#blocks.size === 0) return false;
    const hashes = new Set(ids.map(({ hash }) => hash));
    return [...this.unanswered, ...this.#blocks.keys()].some((planId) => hashes.has(hash53(planId)));
  }

  /**
   * Reads a line's text for `take`, before the next line is read: most decisions are replayed without parsing them.
   * @throws RecordingError where it is no JSON
   */
  read(text: string): ReplayedLine | undefined {
    return replayUnparsed(text, this.#find) ?? parseLine(text);
  }

  /** @returns the decision that the line holds, if it is one of a plan that was not read before */
  take(line: ReplayedLine): DecisionRecord | 'unreadable' | undefined {
    if (line.kind === 'same') return this.#same(line.plan_id, line.record);
    if (line.kind === 'decision') return this.#decision(line);
    if (line.kind === 'policy') this.#sets.take(line);
    else if (line.kind === 'proposal') this.#proposal(line.id, line.fields);
    else if (line.kind === 'score') this.#score(line.id, line.fields);
    else if (mayLackScores(line)) this.#states.clear();
    else if (line.kind === 'block') this.#block(line.plan_id, line.json);
    else if (line.kind === 'unanswered' && this.#isMissing(line)) this.unanswered.add(line.plan_id);
    else if (line.kind === 'expired') {
      this.#blocks.delete(line.plan_id);
      this.expired.isNew(line.plan_id);
    }
    return undefined;
  }

  readonly #find: FindSettings = (limits, policy, applyMode) => {
    const settings = this.#sets.settings(limits, policy, applyMode);
    return 'unknown' in settings ? undefined : settings;
  };

  #block(planId: string, json: string): void {
    const expected = this.#blocks.get(planId);
    if (expected === undefined) return; // its record is not in the recording
    this.#blocks.delete(planId);
    this.unanswered.delete(planId);
    this.count('block', planId, json, expected);
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
      this.unknown(recorded.policy);
      return;
    }
    const difference = entryDifference(fields, replayProposal(recorded, parameters, recorded.smoothingFrom));
    if (!difference) this.same('proposal');
    else this.differs('proposal', id, JSON.stringify(fields), JSON.stringify(difference));
  }

  /** Entries of the platform's own P3.1 are no scores of ours. */
  #score(id: string, fields: readonly string[]): void {
    const recorded = this.#states.read(fields);
    if (recorded === 'unreadable') this.unreadableScores += 1;
    if (!recorded || recorded === 'unreadable') return;
    const result = this.#states.replay(recorded, fields, this.#sets.score(recorded.policy));
    if (result === 'unknown_policy') this.unknown(recorded.policy);
    else if (result === 'no_state') this.noState += 1;
    else if (result === 'same') this.same('score');
    else this.differs('score', id, JSON.stringify(fields), JSON.stringify(result));
  }

  #decision(line: DecisionLine): DecisionRecord | 'unreadable' | undefined {
    const record = parseRecord(line.json) ?? 'unreadable';
    if (!this.#isNew(line.plan_id, record)) return undefined;
    this.#decisionInFull(line, record);
    return record;
  }

  #same(planId: string, record: DecisionRecord): DecisionRecord | undefined {
    if (!this.#isNew(planId, record)) return undefined;
    this.same('decision');
    return record;
  }

  /** Whether a plan's decision was not read before. A plan's last decision says which block is to come, if any. */
  #isNew(planId: string, record: DecisionRecord | 'unreadable'): boolean {
    if (!this.#decided.take(decisionIdOf(planId, record))) return false;
    this.unanswered.delete(planId);
    if (record !== 'unreadable' && record.block) this.#blocks.set(copyOf(planId), JSON.stringify(record.block));
    else this.#blocks.delete(planId);
    return true;
  }

  #decisionInFull({ plan_id: planId, json }: DecisionLine, recorded: DecisionRecord | 'unreadable'): void {
    if (recorded === 'unreadable') {
      this.unreadableRecords += 1;
      return;
    }
    if (!isDecision(recorded)) {
      this.noDecision += 1;
      return;
    }
    const limits = limitsOfRecord(recorded);
    // APPLY_MODE is in limits and modes by its effects alone; its name is the permit's own.
    const header = this.#policy.governor.applyMode;
    const applyMode = limits === undefined ? header : (recorded.permit?.mode ?? header);
    const settings = this.#sets.settings(limits, policyOfRecord(recorded), applyMode);
    if ('unknown' in settings) {
      this.unknown(settings.unknown);
      return;
    }
    if (limits === undefined) this.byHeaderLimits += 1;
    const replayed = replayDecision(recorded, settings);
    const other = replayed.kind === 'decided' ? otherText(json, recorded, replayed.record) : '';
    if (other === undefined) this.same('decision');
    else this.differs('decision', planId, json, other);
  }
}
