import { parseRecordedProposal } from '@quantum/decisions';
import { entryIdMs, fieldsOf, parseNumber, parsePlan } from '@quantum/redis-schemas';
import { figuresOf, type Figure, type Window } from './figure.js';
import { performanceFigures, type IntervalOptions } from './performance-evidence.js';
import { PlanEvidence } from './plan-evidence.js';
import type { RecordedParameters } from './policy.js';
import { ProposalEvidence } from './proposal-evidence.js';
import type { RecordingLine } from './recording.js';
import { Replayer } from './replayer.js';
import { copyOf, Seen } from './seen.js';
import { sideOf } from './side.js';
import type { Performance } from './statistics/performance.js';

export interface EvidenceOptions {
  /** How far apart the proposer's cycles are, seconds: see `CycleInterval`. */
  intervalSec: number | undefined;
  /** Where there are prices. */
  performance?: Performance | undefined;
}

/** Unix seconds from here on are of the year 5138 or later: an id is then in micro- or nanoseconds. */
const NO_TIME_SEC = 1e11;

/**
 * When a plan was published, unix seconds: by its id or, where that is ahead of the clock, by its `timestamp`. NaN: the
 * id is no time.
 */
function publishedSecOf({ id, fields }: Extract<RecordingLine, { kind: 'plan' }>): number {
  const timestampSec = parseNumber(fieldsOf(fields)['timestamp']) ?? Infinity;
  const sec = Math.min(entryIdMs(id) / 1000, timestampSec);
  return sec < NO_TIME_SEC ? sec : NaN;
}

/** Everything that a recording shows, measured in one pass; decisions are taken again along the way. */
export class Evidence {
  readonly proposals: ProposalEvidence;
  readonly replayer: Replayer;
  readonly #plans = new PlanEvidence();
  readonly #performance: Performance | undefined;
  #gaps = 0;
  /** Plans that were to be decided. */
  readonly #asked = new Seen();
  /** Plans without a decision so far. */
  readonly #awaited = new Set<string>();
  #records = 0;

  constructor(policy: RecordedParameters, { intervalSec, performance }: EvidenceOptions) {
    this.proposals = new ProposalEvidence(intervalSec);
    this.replayer = new Replayer(policy);
    this.#performance = performance;
  }

  /** Hours of the recording that proposals cover. */
  get coveredHours(): number {
    return this.proposals.coverage.coveredSec / 3600;
  }

  /** The time from the first proposal to the last, or to the last sign of the recorder after it. */
  get window(): Window {
    return this.proposals.window;
  }

  take(line: RecordingLine): void {
    const record = this.replayer.take(line);
    if (line.kind === 'decision' || line.kind === 'unanswered' || line.kind === 'expired')
      this.#awaited.delete(line.plan_id);
    if (line.kind === 'proposal') {
      const proposal = parseRecordedProposal(line.fields);
      if (!proposal) return;
      this.proposals.take(proposal);
      const { symbol, tsEpochSec, baseTargetUsd, proposedTargetUsd } = proposal;
      this.#performance?.observe(symbol, tsEpochSec, baseTargetUsd, proposedTargetUsd, sideOf(line));
    } else if (record) {
      this.#records += 1;
      if (record !== 'unreadable') this.#plans.take(record);
    } else if (line.kind === 'plan') {
      const entry = parsePlan(fieldsOf(line.fields));
      const publishedSec = publishedSecOf(line);
      if (entry.kind === 'plan') {
        this.#asked.isNew(entry.plan.planId, publishedSec);
        this.#awaited.add(copyOf(entry.plan.planId));
      }
      this.proposals.coverage.lookedAt(publishedSec);
    } else if (line.kind === 'resumed') this.proposals.coverage.lookedAt(line.at);
    else if (line.kind === 'gap' || line.kind === 'damage') this.#gaps += 1;
  }

  /** All figures; to be asked once, after the last line. */
  figures(options: IntervalOptions): Figure[] {
    const { replayer, window, proposals } = this;
    this.#performance?.finish();
    const ofOutputs = figuresOf({ n: replayer.checked, of: 'outputs', window });
    const ofProposals = figuresOf({ n: proposals.n, of: 'proposals', window });
    const ofPlans = figuresOf({ n: this.#asked.size, of: 'plans', window });
    const different = replayer.checked > 0 ? replayer.different : undefined;
    const answered = replayer.checked + replayer.undecided;
    const ofRecords = figuresOf({ n: this.#records, of: 'decision records', window });
    const unreadable = this.#records > 0 ? replayer.unreadableRecords : undefined;
    const unreadableEntries = replayer.unreadable + replayer.unreadableScores;
    const entries = proposals.n + unreadableEntries;
    const expired = replayer.expired.size;
    const blocks = [...replayer.blocksToCome.keys()].filter((planId) => !replayer.unanswered.has(planId));
    const open = this.#awaited.size + blocks.length;
    const notes = [
      expired > 0 && `${expired} more were asked for too late: their decision or block may have expired`,
      open > 0 && `${open} more had no answer yet when the recording ended`,
    ];
    const unanswered = this.#asked.size > 0 ? replayer.unanswered.size : undefined;
    return [
      ofOutputs('replay.different', different),
      figuresOf({ n: answered, of: 'outputs', window })(
        'replay.unknown_policy',
        answered > 0 ? replayer.undecided : undefined,
        [...replayer.unknownPolicies.keys()].join(', '),
      ),
      ofProposals('recording.gaps', this.#gaps),
      ofRecords('recording.unreadable_records', unreadable),
      figuresOf({ n: entries, of: 'proposals and unreadable entries', window })(
        'recording.unreadable_entries',
        entries > 0 ? unreadableEntries : undefined,
      ),
      ofPlans('recording.unanswered', unanswered, notes.filter((note) => note !== false).join('; ')),
      ...proposals.figures(),
      ...this.#plans.figures(),
      ...(this.#performance ? performanceFigures(this.#performance, options, this.coveredHours) : []),
    ];
  }
}
