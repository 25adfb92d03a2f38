/** Differences that are kept; of the others only the number is. */
export const DIFFERENCES_KEPT = 5;

/** An output that its replay does not give, with the texts that differ. */
export interface Difference {
  what: 'proposal' | 'score' | 'decision' | 'block';
  /** Id of the stream entry or of the plan. */
  id: string;
  recorded: string;
  /** Empty where the replay gives none. */
  expected: string;
}

export interface ReplayCounts {
  checked: number;
  same: number;
  different: number;
}

const none = (): ReplayCounts => ({ checked: 0, same: 0, different: 0 });
const KINDS = ['proposals', 'scores', 'decisions', 'blocks'] as const;
const NUMBERS = [
  'noDecision',
  'noState',
  'unreadable',
  'unreadableScores',
  'unreadableRecords',
  'byHeaderLimits',
] as const;

/** What a tally holds, as another thread can be sent it. */
export type ReplayTotals = Record<(typeof KINDS)[number], ReplayCounts> &
  Record<(typeof NUMBERS)[number], number> & { unknownPolicies: ReadonlyMap<string, number> };

/** What lines in a row came to by themselves, replayed without those before them (`replayPart`). */
export interface ReplayedPart {
  totals: ReplayTotals;
  /** `DecisionId`s: hash and time of each decision. */
  decided: Float64Array;
  /** Blocks whose record is not among these lines, by plan. */
  blocks: readonly (readonly [planId: string, json: string])[];
  /** Blocks that are not among these lines and whose record is. */
  blocksToCome: ReadonlyMap<string, string>;
}

/** Number of outputs that the replay does not give. */
export const differentIn = (totals: Pick<ReplayTotals, (typeof KINDS)[number]>): number =>
  KINDS.reduce((sum, kind) => sum + totals[kind].different, 0);

/** What a replay came to, output by output. */
export class ReplayTally {
  readonly proposals = none();
  readonly scores = none();
  readonly decisions = none();
  readonly blocks = none();
  /** Dead letters: there is nothing to replay. */
  noDecision = 0;
  /** Scores of symbols whose state before is not in the recording: nothing to score again from. */
  noState = 0;
  /** Entries of the proposal stream that are no proposals. */
  unreadable = 0;
  /** Scores of a brain that this program cannot read: of another version, or changed. */
  unreadableScores = 0;
  /** Decision records that are no JSON, or none of a version that this program knows. */
  unreadableRecords = 0;
  /** Decisions that name no limits, as those of earlier versions do not: decided again by those of the header. */
  byHeaderLimits = 0;
  /** Number of outputs by the hash of their parameters or limits, where the recording has only the hash. */
  readonly unknownPolicies = new Map<string, number>();
  readonly differences: Difference[] = [];

  get different(): number {
    return differentIn(this);
  }

  /** Outputs that cannot be replayed because the text of their hash is unknown. */
  get undecided(): number {
    return [...this.unknownPolicies.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Outputs that are not compared: their text or their parameters cannot be read. */
  get notCompared(): number {
    return this.undecided + this.unreadable + this.unreadableScores + this.unreadableRecords;
  }

  /** Outputs that were replayed. */
  get checked(): number {
    return KINDS.reduce((sum, kind) => sum + this[kind].checked, 0);
  }

  get totals(): ReplayTotals {
    const { proposals, scores, decisions, blocks, byHeaderLimits, unknownPolicies } = this;
    const { noDecision, noState, unreadable, unreadableScores, unreadableRecords } = this;
    const numbers = { noDecision, noState, unreadable, unreadableScores, unreadableRecords, byHeaderLimits };
    return { proposals, scores, decisions, blocks, ...numbers, unknownPolicies };
  }

  /** Adds what the lines after these came to, but for the texts of their differences. */
  protected add(totals: ReplayTotals): void {
    for (const kind of KINDS) {
      this[kind].checked += totals[kind].checked;
      this[kind].same += totals[kind].same;
      this[kind].different += totals[kind].different;
    }
    for (const name of NUMBERS) this[name] += totals[name];
    for (const [hash, count] of totals.unknownPolicies) this.unknown(hash, count);
  }

  protected unknown(policy = '', count = 1): void {
    this.unknownPolicies.set(policy, (this.unknownPolicies.get(policy) ?? 0) + count);
  }

  protected count(what: Difference['what'], id: string, recorded: string, expected: string): void {
    if (recorded === expected) this.same(what);
    else this.differs(what, id, recorded, expected);
  }

  protected same(what: Difference['what']): void {
    const counts = this[`${what}s`];
    counts.checked += 1;
    counts.same += 1;
  }

  protected differs(what: Difference['what'], id: string, recorded: string, expected: string): void {
    const counts = this[`${what}s`];
    counts.checked += 1;
    counts.different += 1;
    if (this.differences.length < DIFFERENCES_KEPT) this.differences.push({ what, id, recorded, expected });
  }
}
