import { entryIdMs, fieldsOf, parsePlan } from '@quantum/redis-schemas';
import { parseRecord, type RecordingLine, type StreamRole } from '@quantum/shadow-evidence';
import { glanceAt } from './glance.js';

/** What of a plan is still to come, and since when. */
export interface Awaited {
  what: 'decision' | 'block';
  /** From when on it can have been there, unix ms: the time of the plan's entry, for a block that of the decision. */
  sinceMs: number;
}

const DAY_MS = 86_400_000;
/** Id before all entries. */
export const BEGINNING = '0-0';

/** How far a recording is, by its lines alone: an interrupted one is resumed by reading it. Holds what is awaited. */
export class RecordingState {
  /** Id of the last entry recorded of each stream. */
  readonly positions: Record<StreamRole, string> = { proposals: BEGINNING, plans: BEGINNING, scores: BEGINNING };
  readonly awaited = new Map<string, Awaited>();
  /** Hashes whose parameters or limits the recording has. */
  readonly policies = new Set<string>();
  /** Hashes of outputs whose meaning Redis does not say, and how often it was asked. */
  readonly unexplained = new Map<string, number>();
  /** Decision records that are no JSON, or none of a version that this program knows: recorded as they are. */
  unreadableRecords = 0;
  readonly counts: Record<RecordingLine['kind'], number> = {
    begin: 0, policy: 0, proposal: 0, score: 0, plan: 0, decision: 0, block: 0, unanswered: 0, expired: 0, gap: 0, resumed: 0, damage: 0,
  }; // prettier-ignore

  /** @param nowMs when the line is taken: a plan's id may be ahead, and would be awaited until its time. Unix ms. */
  take(line: RecordingLine, nowMs: number): void {
    this.counts[line.kind] += 1;
    switch (line.kind) {
      case 'begin':
        this.positions.proposals = line.proposals;
        this.positions.plans = line.plans;
        this.positions.scores = line.scores ?? BEGINNING;
        break;
      case 'policy':
        this.policies.add(line.hash);
        break;
      case 'proposal':
        this.positions.proposals = line.id;
        break;
      case 'score':
        this.positions.scores = line.id;
        break;
      case 'plan': {
        this.positions.plans = line.id;
        const entry = parsePlan(fieldsOf(line.fields));
        if (entry.kind === 'plan')
          this.awaited.set(entry.plan.planId, { what: 'decision', sinceMs: Math.min(entryIdMs(line.id), nowMs) });
        break;
      }
      case 'decision':
        this.#decided(line.plan_id, line.json);
        break;
      case 'block':
      case 'unanswered':
      case 'expired':
        this.awaited.delete(line.plan_id);
        break;
      case 'gap':
        // Nothing is behind where we were. What the stream still has before that was read; without any, it begins anew.
        if (line.before === '') this.positions[line.stream] = line.end ?? BEGINNING;
        break;
      case 'resumed':
      case 'damage':
        break;
    }
  }

  #decided(planId: string, json: string): void {
    const awaited = this.awaited.get(planId);
    this.awaited.delete(planId);
    if (!parseRecord(json)) this.unreadableRecords += 1;
    const { outcome, decidedAtSec } = glanceAt(json);
    if (!awaited || outcome !== 'refused') return;
    const decidedMs = decidedAtSec === undefined ? awaited.sinceMs : decidedAtSec * 1000;
    // A time far ahead would be awaited for ever.
    this.awaited.set(planId, { what: 'block', sinceMs: Math.min(decidedMs, awaited.sinceMs + DAY_MS) });
  }
}
