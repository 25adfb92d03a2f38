import {
  errorKind,
  runBatch,
  runScripts,
  scriptCommand,
  type Command,
  type Redis,
  type Reply,
  type StreamEntry,
} from '@quantum/redis-io';
import {
  DecisionRecordSchema,
  decidedKey,
  fieldsOf,
  parsePlan,
  PERMIT_TTL_SEC,
  permitKey,
  type DeadletterReason,
  type DecisionRecord,
  type Plan,
} from '@quantum/redis-schemas';
import { candidateOf, type Candidate } from './candidate.js';
import { deadLetterRecord, decide, firstLook, type DecisionPolicy, type FirstLook } from './decide.js';
import { deadLetterCommand, eventCommand, finishCommands, isBreach, type FinishOptions } from './finish.js';
import { lookUp } from './read-state.js';
import { RECORD, STAMP_LAST_EXEC } from './scripts/record.js';
import { RELEASE, RESERVE } from './scripts/reserve.js';
import type { Observer } from './observer.js';
import { ViolationTail } from './violations.js';
import { releaseCommand, reservationOf, reserveCommand, type Reservation } from './windows.js';

const SCRIPTS = [RESERVE, RELEASE, RECORD, STAMP_LAST_EXEC];

/** What the governor needs to work. */
export interface GovernorOptions extends FinishOptions {
  redis: Redis;
  plansStream: string;
  policy: DecisionPolicy;
  maxDeliveries: number;
  decisionTtlSec: number;
  observer: Observer;
}

interface PlanEntry {
  entry: StreamEntry;
  plan: Plan;
}

/** A decision that is not recorded yet. */
interface Draft extends PlanEntry {
  record: DecisionRecord;
  /** Whether the plan may be counted in the windows, by this attempt or one before it. */
  mayHoldPlace: boolean;
  /** Time that deciding took, in process. */
  spentMs: number;
}

/** A result and the time that it took. */
interface Timed<T> {
  value: T;
  spentMs: number;
}

/** A decision that stands. */
interface Standing extends Draft {
  /** Whether this attempt made it; false where it stood already. */
  fresh: boolean;
}

/**
 * Serves batches of plan entries: look up, decide, record with permit, finish. Each step is one round trip for the whole
 * batch. An entry that could not be answered is left pending; the rest of its batch goes on.
 */
export class Governor {
  readonly #options: GovernorOptions;
  readonly #violations: ViolationTail;

  constructor(options: GovernorOptions) {
    this.#options = options;
    this.#violations = new ViolationTail(() => {
      options.observer.error('invalid_violation');
    });
  }

  /**
   * Serves entries at the time `nowSec` and returns the ids that are done and may be acknowledged.
   * @throws BatchError when Redis went away: what was not recorded stays pending, what was is finished by a redelivery.
   */
  async serve(entries: readonly StreamEntry[], nowSec: number): Promise<string[]> {
    const done: string[] = [];
    const plans = await this.#sort(entries, nowSec, done);
    const { drafts, standing } = await this.#lookUp(plans, nowSec, done);
    standing.push(...(await this.#record(drafts, done)));
    done.push(...(await this.#finish(standing, nowSec)));
    this.#violations.prune(nowSec);
    return done;
  }

  /** Tells plans from entries that are none; dead-letters what is broken. */
  async #sort(entries: readonly StreamEntry[], nowSec: number, done: string[]): Promise<PlanEntry[]> {
    const { observer } = this.#options;
    const plans: PlanEntry[] = [];
    for (const entry of entries) {
      const parsed = parsePlan(fieldsOf(entry.fields));
      if (parsed.kind === 'plan') {
        plans.push({ entry, plan: parsed.plan });
      } else if (parsed.kind === 'not_execute') {
        observer.notExecute(parsed.decision);
        done.push(entry.id);
      } else if (await this.#deadLetter(entry, parsed.reason, parsed.error, nowSec)) {
        done.push(entry.id);
      }
    }
    return plans;
  }

  /** Puts an entry on the dead-letter stream, byte for byte as it came. False if the server would not take it now. */
  async #deadLetter(entry: StreamEntry, reason: DeadletterReason, error: string, nowSec: number): Promise<boolean> {
    const { redis, plansStream, observer, eventsStream } = this.#options;
    const [raw] = await runBatch(redis, [['xrangeBuffer', plansStream, entry.id, entry.id]]);
    const [original] = raw?.ok ? (raw.value as [Buffer, Buffer[]][]) : [];
    const { plan_id: planId = '', symbol = '' } = fieldsOf(entry.fields);
    const replies = await runBatch(redis, [
      deadLetterCommand({ entryId: entry.id, rawFields: original?.[1] ?? entry.fields, reason, error }, nowSec),
      eventCommand(eventsStream, 'DEAD_LETTER', { symbol, plan_id: planId, reason, decided_at: nowSec }),
    ]);
    if (!this.#allOk(replies)) return false;
    observer.deadLetter(reason, entry.id, error);
    return true;
  }

  /** Reads what is known of the plans and drafts a decision for those that have none. */
  async #lookUp(
    plans: readonly PlanEntry[],
    nowSec: number,
    done: string[],
  ): Promise<{ drafts: Draft[]; standing: Standing[] }> {
    const { redis, policy, maxDeliveries, observer } = this.#options;
    const drafts: Draft[] = [];
    const standing: Standing[] = [];
    const open: Candidate[] = [];
    if (plans.length === 0) return { drafts, standing };
    const lookups = await lookUp(redis, plans.map(({ plan }) => plan), nowSec, policy.decorators, this.#violations); // prettier-ignore
    for (const [i, lookup] of lookups.entries()) {
      const { entry, plan } = plans[i] as PlanEntry;
      if (lookup.kind === 'unanswered') {
        observer.error('unanswered', lookup.error);
        // A record that is of the wrong type can be neither read nor written: such a plan is never decided.
        const hopeless = entry.deliveries > maxDeliveries && errorKind(lookup.error) === 'key';
        if (hopeless && (await this.#deadLetter(entry, 'max_deliveries', lookup.error.message, nowSec))) {
          done.push(entry.id);
        }
      } else if (lookup.kind === 'decided') {
        this.#take(standing, done, { entry, plan }, lookup.record);
      } else if (lookup.kind === 'foreign_permit') {
        observer.error('foreign_permit');
        done.push(entry.id);
      } else if (entry.deliveries > maxDeliveries) {
        const error = `delivered ${entry.deliveries} times without success`;
        drafts.push({
          entry,
          plan,
          record: deadLetterRecord({ entry, plan }, nowSec, error),
          mayHoldPlace: true,
          spentMs: 0,
        });
      } else {
        open.push(candidateOf(entry, plan, lookup.state));
      }
    }
    drafts.push(...(await this.#decide(open, nowSec)));
    return { drafts, standing };
  }

  /** Decides open plans: entry gates, a place in the windows where it can be of use, the rest. */
  async #decide(open: readonly Candidate[], nowSec: number): Promise<Draft[]> {
    const { redis, policy, observer } = this.#options;
    const looks = open.map((candidate) => this.#guarded(() => firstLook(candidate, nowSec, policy)));
    const asking = open.flatMap((candidate, i) =>
      looks[i] && !looks[i].value.entry.refusal ? [{ candidate, i }] : [],
    );
    const replies = await runScripts(
      redis,
      SCRIPTS,
      asking.map(({ candidate, i }) => reserveCommand(candidate, nowSec, looks[i]?.value.wantsPlace ?? false, policy)),
    );
    const reservations = new Map<number, Reservation>(
      asking.map(({ candidate, i }, at) => [i, reservationOf(replies[at], candidate.state.lastExecSec.readable)]),
    );
    return open.flatMap((candidate, i): Draft[] => {
      const look = looks[i];
      const reservation = reservations.get(i);
      if (!look) return [];
      if (reservation?.kind === 'unanswered') {
        observer.error('unanswered', reservation.error);
        return [];
      }
      return this.#draft(candidate, nowSec, look, reservation);
    });
  }

  /** Runs a pure step of one plan. Should it throw, that plan stays pending and its neighbours go on. */
  #guarded<T>(step: () => T): Timed<T> | undefined {
    const startMs = performance.now();
    try {
      return { value: step(), spentMs: performance.now() - startMs };
    } catch (error) {
      this.#options.observer.error('internal', error as Error);
      return undefined;
    }
  }

  #draft(
    candidate: Candidate,
    nowSec: number,
    look: Timed<FirstLook>,
    reservation: Extract<Reservation, { kind: 'answered' }> | undefined,
  ): Draft[] {
    const { policy, observer } = this.#options;
    const { entry, plan } = candidate;
    const decided = this.#guarded(() =>
      decide(candidate, nowSec, look.value, reservation?.windows, policy, (error) => {
        observer.error('decorator', error);
      }),
    );
    if (!decided) return [];
    const record = decided.value;
    const reserved = reservation?.reserved ?? false;
    if (record.outcome === 'permit' && !reserved) {
      if (reservation?.countable !== false) {
        // Gates and script disagree, which no input should bring about: no verdict rather than an uncounted permit.
        observer.error('window_mismatch', new Error(`plan ${plan.planId} passed its gates but got no place`));
        return [];
      }
      observer.error('uncounted');
    }
    return [
      { entry, plan, record, mayHoldPlace: reserved || entry.deliveries > 1, spentMs: look.spentMs + decided.spentMs },
    ];
  }

  /** Records drafts, each with its permit; where a record stands already, that one counts. */
  async #record(drafts: readonly Draft[], done: string[]): Promise<Standing[]> {
    const { redis, decisionTtlSec, observer } = this.#options;
    const replies = await runScripts(
      redis,
      SCRIPTS,
      drafts.map(({ record }): Command =>
        scriptCommand(
          RECORD,
          [decidedKey(record.plan_id), permitKey(record.plan_id)],
          [JSON.stringify(record), decisionTtlSec, record.permit ? JSON.stringify(record.permit) : '', PERMIT_TTL_SEC],
        ),
      ),
    );
    const standing: Standing[] = [];
    for (const [i, draft] of drafts.entries()) {
      const reply = replies[i];
      if (!reply?.ok) {
        observer.error('unanswered', reply?.error);
      } else if (reply.value === '') {
        observer.decided(draft.record, draft.spentMs);
        standing.push({ ...draft, fresh: true });
      } else if (reply.value === 'permit') {
        observer.error('foreign_permit');
        done.push(draft.entry.id);
      } else {
        this.#take(standing, done, draft, reply.value as string);
      }
    }
    return standing;
  }

  /** Takes over a decision that stood before this attempt; one that cannot be read stands all the same. */
  #take(standing: Standing[], done: string[], { entry, plan }: PlanEntry, json: string): void {
    const record = readRecord(json);
    if (record) {
      this.#options.observer.duplicate();
      standing.push({ entry, plan, record, mayHoldPlace: true, spentMs: 0, fresh: false });
    } else {
      this.#options.observer.error('invalid_record');
      done.push(entry.id);
    }
  }

  /** Carries out what follows from standing decisions; returns the entries that are done. */
  async #finish(standing: readonly Standing[], nowSec: number): Promise<string[]> {
    const { redis, observer } = this.#options;
    const finished: string[] = [];
    const commands: Command[] = [];
    const spans = standing.map((decision) => {
      const own = decision.record.entry_id === decision.entry.id;
      const mine = own
        ? finishCommands(decision.record, decision.mayHoldPlace, this.#options)
        : secondEntryCommands(decision.record);
      commands.push(...mine);
      return { decision, own, from: commands.length - mine.length, to: commands.length };
    });
    const replies = await runScripts(redis, SCRIPTS, commands);
    for (const { decision, own, from, to } of spans) {
      const { entry, record } = decision;
      if (!this.#allOk(replies.slice(from, to))) continue;
      if (own && record.outcome === 'dead_letter') {
        if (!(await this.#deadLetter(entry, 'max_deliveries', record.error ?? '', nowSec))) continue;
      }
      if (decision.fresh && isBreach(record, this.#options)) observer.disarmed();
      finished.push(entry.id);
    }
    return finished;
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

/**
 * What a second entry with the same plan id still has to do: its first entry reports, or will when it is delivered again;
 * but a place that the second one took before it learned of the refusal is given back.
 */
const secondEntryCommands = ({ outcome, plan_id: planId, symbol }: DecisionRecord): Command[] =>
  outcome === 'permit' ? [] : [releaseCommand(planId, symbol)];

/** A record as it stands in Redis; undefined where it is not one of ours. */
function readRecord(json: string): DecisionRecord | undefined {
  try {
    return DecisionRecordSchema.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
