import {
  errorKind,
  isReplyError,
  replicated,
  runBatch,
  runScripts,
  type Command,
  type Reply,
  type StreamEntry,
} from '@quantum/redis-io';
import {
  decidedKey,
  fieldsOf,
  isLaterId,
  parsePlan,
  StandingRecordSchema,
  type DecisionRecord,
} from '@quantum/redis-schemas';
import { candidateOf, type Candidate, type PlanEntry } from './state/candidate.js';
import { countForeign } from './reserve/count-foreign.js';
import { writeDeadLetters, type DeadLetter, type DeadLetterStreams } from './record/dead-letters.js';
import type { DecisionPolicy } from './reserve/decide.js';
import { draftDecisions, type Draft, type DraftOptions } from './reserve/draft.js';
import { effectsOf, isBreach, type FinishOptions, type Standing } from './record/finish.js';
import { besideEarlier, inHand, LANE_PLANS, lanesOf, passesOf, type InHand } from './intake/lanes.js';
import { deadLetterRecord, foreignRecord } from './reserve/other-records.js';
import { lookUp, type LookedUp, type Lookup } from './state/read-state.js';
import { RecentReads } from './state/recent-reads.js';
import { recordAll, type Recorded } from './record/record-all.js';
import { EFFECT_SCRIPTS } from './record/effect-scripts.js';
import { Unheard } from './observe/unheard.js';
import { ViolationTail } from './state/violations.js';

/** What the governor needs to work. */
export interface GovernorOptions extends Omit<DraftOptions, 'policy'>, FinishOptions, DeadLetterStreams {
  /** What is in force now; a batch asks once. */
  policy: () => DecisionPolicy;
  /** How long a grant may rest on what was looked up, ms: two round trips follow, of mostly less than one each. */
  grantWithinMs: number;
  /** Keys of which any one that is on is the kill switch. */
  killKeys: readonly string[];
  maxDeliveries: number;
  decisionTtlSec: number;
  /** Milliseconds of a clock that is never set back. */
  steadyMs: () => number;
  /** Replicas of Redis that must have a decision before it is finished; 0 asks for none. */
  waitReplicas: number;
}

/** How long a batch waits for replicas, ms: they are usually behind by less than a millisecond. */
const REPLICAS_TIMEOUT_MS = 500;
/** Between two looks for decisions whose answers were lost, ms. */
const UNHEARD_LOOK_MS = 1000;

/** What has become of a batch. */
export interface Served {
  /** Ids that may be acknowledged. */
  done: readonly string[];
  /** Entries that are left pending by a fault that may pass: their delivery is not to count. */
  putOff: readonly StreamEntry[];
}

/** What has become of a batch so far. */
interface Batch {
  nowSec: () => number;
  /** A plan with this id or an earlier one was published before the batch was begun. */
  publishedId: string;
  policy: DecisionPolicy;
  done: string[];
  putOff: StreamEntry[];
  standing: Standing[];
  letters: DeadLetter[];
}

/**
 * Serves batches of plan entries: look up, take a place, record with permit, finish. Each step is one round trip for a lane
 * of the batch, the last for the whole of it. An entry that could not be answered is left pending; the rest of its batch goes on.
 */
export class Governor {
  readonly #options: GovernorOptions;
  readonly #violations: ViolationTail;
  readonly #recent: RecentReads;
  readonly #unheard = new Unheard();
  #nextLookMs = -Infinity;
  /** Batches that are being served, each with its end. */
  readonly #inHand = new Map<InHand, Promise<unknown>>();

  constructor(options: GovernorOptions) {
    this.#options = options;
    this.#recent = new RecentReads(options.steadyMs);
    this.#violations = new ViolationTail(() => {
      options.observer.error('invalid_violation');
    });
  }

  /**
   * Serves entries, each decided at the time that `nowSec` says when it was looked up. May be called again before it has
   * ended: what shares a symbol or a plan id with an earlier batch then waits for that batch, as if it had been called
   * afterwards. `lastId` is the last id that the plan stream is known to hold; empty where only these entries are known.
   * @throws BatchError when Redis went away: what was not recorded stays pending, what was is finished by a redelivery.
   */
  async serve(entries: readonly StreamEntry[], nowSec: () => number, lastId = ''): Promise<Served> {
    const newestId = entries.at(-1)?.id ?? '';
    const batch: Batch = {
      nowSec,
      publishedId: isLaterId(newestId, lastId) ? newestId : lastId,
      policy: this.#options.policy(),
      done: [],
      putOff: [],
      standing: [],
      letters: [],
    };
    const plans = this.#sort(entries, batch);
    const own = inHand(plans);
    const served = this.#serve(plans, batch, new Map(this.#inHand));
    this.#inHand.set(
      own,
      served.catch(() => undefined),
    );
    try {
      await served;
      return batch;
    } finally {
      this.#inHand.delete(own);
      this.#options.observer.batchEnded();
    }
  }

  /**
   * Counts decisions of this process that stand although their answers were lost: another replica may have finished them.
   * @throws BatchError when Redis went away: they are looked for again.
   */
  async countUnheard(): Promise<void> {
    const { redis, steadyMs, observer } = this.#options;
    const planIds = this.#unheard.planIds;
    if (planIds.length === 0 || steadyMs() < this.#nextLookMs) return;
    this.#nextLookMs = steadyMs() + UNHEARD_LOOK_MS;
    const replies = await runBatch(
      redis,
      planIds.map((planId): Command => ['get', decidedKey(planId)]),
    );
    for (const [i, planId] of planIds.entries()) {
      const reply = replies[i];
      if (!reply?.ok) continue;
      const record = reply.value === null ? undefined : readRecord(reply.value as string);
      if (reply.value === null) this.#unheard.absent(planId, steadyMs());
      else if (record) this.#countIfUnheard(record);
      else this.#unheard.forget(planId);
    }
    observer.batchEnded();
  }

  /** Resolves when no batch is being served. */
  async idle(): Promise<void> {
    while (this.#inHand.size > 0) await Promise.all(this.#inHand.values());
  }

  async #serve(
    plans: readonly PlanEntry[],
    batch: Batch,
    earlier: ReadonlyMap<InHand, Promise<unknown>>,
  ): Promise<void> {
    const { free, waiting } = besideEarlier(plans, [...earlier.keys()]);
    const afterwards = async (): Promise<void> => {
      await Promise.all(earlier.values());
      await this.#inLanes(waiting, batch);
    };
    const works = [this.#inLanes(free, batch)];
    if (waiting.length > 0) works.push(afterwards());
    await allOf(works);
    await this.#replicate(batch);
    await this.#finish(batch);
    await this.#deadLetter(batch);
    this.#violations.prune(batch.nowSec());
  }

  async #inLanes(plans: readonly PlanEntry[], batch: Batch): Promise<void> {
    for (const pass of passesOf(plans)) {
      // In a Cluster a script serves one plan in any case, and each lane would be a pipeline to each master.
      const lanes = this.#options.redis.isCluster ? [pass] : lanesOf(pass, LANE_PLANS);
      await allOf(lanes.map((lane) => this.#decide(lane, batch)));
    }
  }

  async #decide(plans: readonly PlanEntry[], batch: Batch): Promise<void> {
    const late = await this.#attempt(plans, batch);
    // Redis or this process was held up: once more with what holds now. A plan that is late again waits for a redelivery.
    for (const { entry } of late.length > 0 ? await this.#attempt(late, batch) : []) batch.putOff.push(entry);
  }

  /** Looks plans up, decides and records. Answers those that were late: nothing was granted or counted of them. */
  async #attempt(plans: readonly PlanEntry[], batch: Batch): Promise<PlanEntry[]> {
    const { redis, observer } = this.#options;
    const { lookups, switches } = await this.#lookUp(plans, batch);
    const nowSec = batch.nowSec(); // after the state was read: a process that was stopped meanwhile is late, not out of date
    const known: Draft[] = [];
    const open: Candidate[] = [];
    for (const [i, lookup] of lookups.entries())
      this.#take(plans[i] as PlanEntry, lookup, nowSec, { batch, known, open });
    const { drafts, late, unanswered } = await draftDecisions(open, nowSec, { redis, policy: batch.policy, observer });
    for (const { plan, error } of unanswered) this.#unanswered(plan.entry, error, batch);
    late.push(...(await this.#record([...known, ...drafts], { nowSec, switches, batch })));
    for (let i = 0; i < late.length; i += 1) observer.error('late');
    return late;
  }

  /** Tells plans from entries that are none. */
  #sort(entries: readonly StreamEntry[], { done, letters }: Batch): PlanEntry[] {
    const plans: PlanEntry[] = [];
    for (const entry of entries) {
      if (entry.unreadBytes !== undefined) {
        letters.push({
          entry,
          reason: 'too_large',
          error: `an entry of ${entry.unreadBytes} bytes, which are not read`,
        });
        continue;
      }
      const parsed = parsePlan(fieldsOf(entry.fields));
      if (parsed.kind === 'plan') {
        plans.push({ entry, plan: parsed.plan });
      } else if (parsed.kind === 'not_execute') {
        this.#options.observer.notExecute(parsed.decision);
        done.push(entry.id);
      } else {
        letters.push({ entry, reason: parsed.reason, error: parsed.error });
      }
    }
    return plans;
  }

  async #lookUp(plans: readonly PlanEntry[], { nowSec, publishedId, policy }: Batch): Promise<LookedUp> {
    return lookUp(this.#options.redis, plans, nowSec(), {
      killKeys: this.#options.killKeys,
      grantWithinMs: this.#options.grantWithinMs,
      decorators: policy.decorators,
      violations: this.#violations,
      answers: this.#recent.current(),
      publishedId,
    });
  }

  /** Takes up what was looked up of a plan: a decision that is there, one that is known already, or a plan to be decided. */
  #take(planEntry: PlanEntry, lookup: Lookup, nowSec: number, { batch, known, open }: Takings): void {
    const { entry, plan } = planEntry;
    const { limits } = batch.policy;
    const draft = (record: DecisionRecord): Draft => ({
      entry,
      plan,
      record,
      deadlineMs: 0, // grants nothing
      isReserved: false,
      spentMs: 0,
      again: false,
    });
    if (lookup.kind === 'unanswered') {
      this.#unanswered(entry, lookup.error, batch);
    } else if (lookup.kind === 'decided') {
      this.#standing(planEntry, lookup.record, batch);
    } else if (lookup.kind === 'foreign_permit') {
      known.push(draft(foreignRecord(candidateOf(planEntry, lookup.state, nowSec, limits), nowSec, batch.policy)));
    } else if (entry.deliveries > this.#options.maxDeliveries) {
      const error = `delivered ${entry.deliveries} times without success`;
      known.push(draft(deadLetterRecord(planEntry, nowSec, batch.policy, error)));
    } else {
      open.push(candidateOf(planEntry, lookup.state, nowSec, limits));
    }
  }

  /**
   * The server gave no answer on which a decision could rest: the entry stays pending. But where it refuses the record's
   * key as such, no attempt will ever succeed, and after the last one the entry is dead-lettered without a record.
   */
  #unanswered(entry: StreamEntry, error: Error | undefined, { letters, putOff }: Batch): void {
    this.#options.observer.error('unanswered', error);
    const hopeless = error !== undefined && errorKind(error) === 'key';
    if (!hopeless) putOff.push(entry);
    else if (entry.deliveries > this.#options.maxDeliveries) {
      letters.push({ entry, reason: 'max_deliveries', error: error.message });
    }
  }

  /** Records drafts, each with its permit; where a record is there already, that one counts. Answers those that were late. */
  async #record(drafts: readonly Draft[], { nowSec, switches, batch }: Recordings): Promise<PlanEntry[]> {
    const { redis, decisionTtlSec, observer } = this.#options;
    const recorded = await recordAll(redis, drafts, { nowSec, decisionTtlSec, switches }).catch((error: unknown) => {
      for (const draft of drafts) this.#notHeard(draft);
      throw error;
    });
    const late: PlanEntry[] = [];
    for (const [i, draft] of drafts.entries()) {
      const found = recorded[i] as Recorded;
      if (found.kind === 'unanswered') {
        if (!isReplyError(found.error)) this.#notHeard(draft);
        this.#unanswered(draft.entry, found.error, batch);
      } else if (found.kind === 'late') {
        late.push(draft);
      } else if (found.kind === 'standing') {
        this.#standing(draft, found.record, batch);
      } else if (found.kind === 'foreign') {
        observer.error('foreign_permit');
        const record = readRecord(found.record);
        if (record) batch.standing.push({ ...draft, record });
      } else {
        this.#recorded(draft, found.stamped, batch);
      }
    }
    return late;
  }

  #recorded({ entry, plan, record, spentMs, again }: Draft, stamped: Reply | undefined, { standing }: Batch): void {
    this.#count(record, spentMs);
    standing.push({ entry, plan, record, effects: again ? undefined : stamped && [stamped] });
  }

  #count(record: DecisionRecord, spentMs: number): void {
    if (record.outcome === 'foreign') this.#options.observer.error('foreign_permit');
    else this.#options.observer.decided(record, spentMs);
  }

  /** The answer to a decision was lost: whether it is recorded is not known yet. */
  #notHeard({ record, spentMs }: Draft): void {
    this.#unheard.add(record, spentMs, this.#options.steadyMs());
  }

  #countIfUnheard(standing: DecisionRecord): void {
    const own = this.#unheard.take(standing);
    if (own) this.#count(own.record, own.spentMs);
  }

  /** Takes over a decision that was recorded before this attempt; one that cannot be read counts all the same. */
  #standing({ entry, plan }: PlanEntry, json: string, batch: Batch): void {
    const record = readRecord(json);
    if (record) {
      this.#countIfUnheard(record);
      this.#options.observer.duplicate();
      batch.standing.push({ entry, plan, record });
    } else {
      this.#options.observer.error('invalid_record');
      batch.done.push(entry.id);
    }
  }

  /**
   * Lets go of decisions that too few replicas have: they stay pending, and a redelivery finds the record and waits again.
   * A connection waits for its own writes alone, so that a record of another attempt is written to first.
   */
  async #replicate(batch: Batch): Promise<void> {
    const { redis, waitReplicas, decisionTtlSec, observer } = this.#options;
    if (waitReplicas === 0 || batch.standing.length === 0) return;
    const keys = batch.standing.map(({ plan }) => decidedKey(plan.planId));
    await runBatch(
      redis,
      keys.map((key): Command => ['expire', key, decisionTtlSec]),
    );
    const isSafe = await replicated(redis, keys, waitReplicas, REPLICAS_TIMEOUT_MS);
    batch.standing = batch.standing.filter((_, i) => {
      if (!isSafe[i]) observer.error('not_replicated');
      return isSafe[i];
    });
  }

  /** Carries out what follows from standing decisions. */
  async #finish({ standing, done, putOff, letters, policy }: Batch): Promise<void> {
    const { redis, observer } = this.#options;
    const foreign = await countForeign(redis, standing, policy);
    const effects = standing.map((decision) => (decision.effects ? [] : effectsOf(decision, this.#options)));
    const replies = await runScripts(redis, EFFECT_SCRIPTS, effects.flat());
    let from = 0;
    for (const [i, { entry, record, effects: known }] of standing.entries()) {
      const own = [...(known ?? replies.slice(from, (from += effects[i]?.length ?? 0))), ...(foreign.get(entry) ?? [])];
      if (!this.#allOk(own)) {
        putOff.push(entry);
        continue;
      }
      if (record.outcome === 'dead_letter' && record.entry_id === entry.id) {
        letters.push({ entry, reason: 'max_deliveries', error: record.error ?? '' });
        continue;
      }
      if (record.entry_id === entry.id && isBreach(record, this.#options)) {
        const latch = own.at(-1);
        if (latch?.ok && latch.value === 1) observer.disarmed();
      }
      done.push(entry.id);
    }
  }

  /** Writes what no one could serve to the dead-letter stream. Last, so that no plan waits for it. */
  async #deadLetter({ letters, done, nowSec }: Batch): Promise<void> {
    const { redis, observer } = this.#options;
    const replies = await writeDeadLetters(redis, letters, nowSec(), this.#options);
    for (const [i, { entry, reason, error }] of letters.entries()) {
      if (!this.#allOk(replies[i] ?? [])) continue;
      observer.deadLetter(reason, entry.id, error);
      done.push(entry.id);
    }
  }

  /** Whether effects were carried out; what a key as such refuses is counted, and not tried for ever. */
  #allOk(replies: readonly Reply[]): boolean {
    let ok = true;
    for (const reply of replies) {
      if (reply.ok) continue;
      this.#options.observer.error(reply.kind === 'key' ? 'effect_refused' : 'unanswered', reply.error);
      if (reply.kind !== 'key') ok = false;
    }
    return ok;
  }
}

/** Where what was looked up goes. */
interface Takings {
  batch: Batch;
  /** Decisions that need no gate. */
  known: Draft[];
  open: Candidate[];
}

/** What recording depends on besides the drafts. */
interface Recordings {
  nowSec: number;
  switches: readonly string[];
  batch: Batch;
}

/** Waits for all, whatever becomes of them. @throws the first error. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** A record as it stands in Redis; undefined where it is not one of ours. */
function readRecord(json: string): DecisionRecord | undefined {
  try {
    return StandingRecordSchema.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
