import type { AnnotateResult } from '@quantum/metrics';
import type { PermitDecorator } from '@quantum/permit-decorators';
import {
  NoGroupError,
  runScripts,
  type Command,
  type Redis,
  type Reply,
  type StreamConsumer,
  type StreamEntry,
} from '@quantum/redis-io';
import { fieldsOf, parsePlan, type Permit } from '@quantum/redis-schemas';
import type { PlanEntry } from '../state/candidate.js';
import type { AnnotateObserver } from './annotate-observer.js';
import { findPermits } from './find-permits.js';
import type { Served } from '../serve.js';
import { computeHints } from './hints.js';
import { ANNOTATE, annotateCommand, type ScriptResult } from './script.js';
import { WaitingPlans, type WaitingPlan } from './waiting-plans.js';

/** How long beyond a plan's greatest age its permit is waited for, seconds: as long as a permit lives. */
const PATIENCE_SEC = 60;
/** Plans that wait at most, about 600 bytes each; beyond that the oldest are given up (`error`). */
const MAX_WAITING = 50_000;
/** Permits that are looked for at a time. */
const FIND_COUNT = 1000;
/** Scripts a batch, so that others who wait for the server are served in between. */
const SCRIPT_COUNT = 200;

export interface AnnotatorOptions {
  redis: Redis;
  /** A member of the annotators' own group. */
  consumer: Pick<StreamConsumer, 'ack'>;
  /** What adds to permits now; a batch asks once. */
  decorators: () => readonly PermitDecorator<Partial<Permit>>[];
  observer: AnnotateObserver;
  planMaxAgeSec: number;
  /** Called when plans have come that wait for their permits. */
  onWaiting?: () => void;
}

/**
 * Adds hints to permits that another governor issues. A plan's hint is computed when the plan is read; from then on the
 * plan waits for its permit, and is settled, once, when that was annotated or never will be. It issues nothing, refuses
 * nothing and records nothing.
 */
export class Annotator {
  readonly #options: AnnotatorOptions;
  readonly #waiting: WaitingPlans;
  /** Entries of settled plans, to be acknowledged. */
  readonly #done = new Set<string>();
  /** Plans whose permits were announced, to be annotated next. */
  readonly #announced = new Set<WaitingPlan>();
  #annotatingAnnounced: Promise<void> | undefined;

  constructor(options: AnnotatorOptions) {
    this.#options = options;
    this.#waiting = new WaitingPlans(options.planMaxAgeSec + PATIENCE_SEC);
  }

  /** Number of plans that wait for their permits. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Entries that must stay ours in the group, as their plans wait or are not acknowledged yet. */
  get heldIds(): string[] {
    return [...this.#done, ...[...this.#waiting].flatMap(({ entryIds }) => [...entryIds])];
  }

  /**
   * Takes plan entries at the time `nowSec`: computes their hints and annotates the permits that stand already. It
   * acknowledges by itself, hence answers no ids.
   * @throws BatchError when Redis went away: entries that do not wait yet will be delivered again.
   */
  async serve(entries: readonly StreamEntry[], clock: () => number): Promise<Served> {
    const nowSec = clock();
    const { redis, decorators, observer } = this.#options;
    const plans = this.#sort(entries);
    const hints = await computeHints(redis, plans.map(({ plan }) => plan), nowSec, decorators(), (error) => {
      observer.error('decorator', error);
    }); // prettier-ignore
    const now = { nowSec, nowMs: performance.now() };
    const fresh = new Set<WaitingPlan>();
    for (const [i, { entry, plan }] of plans.entries()) {
      const hint = hints[i];
      if (hint) fresh.add(this.#waiting.add({ entryId: entry.id, plan, hint }, now));
    }
    try {
      await this.#annotate([...fresh]);
    } finally {
      this.#shedLoad();
      if (this.#waiting.size > 0) this.#options.onWaiting?.();
    }
    await this.#acknowledge();
    return { done: [], putOff: [] };
  }

  /** The server announced that something happened to the permit of a plan. Annotates it, if the plan waits. */
  announced(planId: string): void {
    const waiting = this.#waiting.get(planId);
    if (waiting?.appearedMs !== undefined || !waiting) return; // an announcement of our own change, most of the time
    waiting.appearedMs = performance.now();
    this.#announced.add(waiting);
    this.#annotatingAnnounced ??= this.#annotateAnnounced();
  }

  /** Resolves when the permits that were announced so far are annotated. */
  async settled(): Promise<void> {
    await this.#annotatingAnnounced;
  }

  /**
   * Looks for the permits of all waiting plans and annotates those that stand. Settles plans whose permits will not come.
   * @throws BatchError when Redis went away.
   */
  async lookForPermits(): Promise<void> {
    const found: WaitingPlan[] = [];
    for (const plans of chunks([...this.#waiting], FIND_COUNT)) {
      const sentMs = performance.now();
      const permits = await findPermits(this.#options.redis, plans.map(({ plan }) => plan.planId)); // prettier-ignore
      for (const [i, waiting] of plans.entries()) {
        if (permits[i] === true) found.push(waiting);
        if (permits[i] === false) this.#absent(waiting, sentMs);
      }
    }
    for (const waiting of found) waiting.appearedMs ??= waiting.lastAbsentMs;
    await this.#annotate(found);
    await this.#acknowledge();
  }

  /** Tells plans from entries that are none: those are the issuing governor's to report. */
  #sort(entries: readonly StreamEntry[]): PlanEntry[] {
    return entries.flatMap((entry) => {
      const parsed = parsePlan(fieldsOf(entry.fields));
      if (parsed.kind === 'plan') return [{ entry, plan: parsed.plan }];
      if (parsed.kind === 'not_execute') this.#options.observer.notExecute(parsed.decision);
      else this.#options.observer.error('invalid_plan', new Error(`entry ${entry.id}: ${parsed.error}`));
      this.#done.add(entry.id);
      return [];
    });
  }

  async #annotateAnnounced(): Promise<void> {
    try {
      while (this.#announced.size > 0) {
        const plans = [...this.#announced];
        this.#announced.clear();
        await this.#annotate(plans);
      }
      await this.#acknowledge();
    } catch (error) {
      this.#options.observer.error('redis', error as Error); // looking for permits finds what was left here
    } finally {
      this.#annotatingAnnounced = undefined;
    }
  }

  async #annotate(plans: readonly WaitingPlan[]): Promise<void> {
    for (const part of chunks(plans, SCRIPT_COUNT)) {
      const sentMs = performance.now();
      const commands = part.map(({ plan, hint }): Command => annotateCommand(plan, hint.text));
      const replies = await runScripts(this.#options.redis, [ANNOTATE], commands);
      for (const [i, waiting] of part.entries()) this.#take(waiting, replies[i], sentMs);
    }
  }

  /** Draws the conclusion from the script's reply, unless an attempt that overlapped this one did already. */
  #take(waiting: WaitingPlan, reply: Reply | undefined, sentMs: number): void {
    if (!this.#waiting.has(waiting)) return;
    if (!reply?.ok) {
      this.#options.observer.error('unanswered', reply?.error);
      if (reply?.kind === 'key' || sentMs >= waiting.deadlineMs) this.#settle(waiting, 'error');
      return;
    }
    const result = reply.value as ScriptResult;
    if (result === 'absent') this.#absent(waiting, sentMs);
    else this.#settle(waiting, result === 'consumed' ? 'gone' : result);
  }

  /** There was no permit at `sentMs`. One that had appeared before was taken: there will be no other. */
  #absent(waiting: WaitingPlan, sentMs: number): void {
    if (!this.#waiting.has(waiting)) return;
    waiting.lastAbsentMs = sentMs;
    const taken = waiting.appearedMs !== undefined && waiting.appearedMs <= sentMs;
    if (taken || sentMs >= waiting.deadlineMs) this.#settle(waiting, 'gone');
  }

  #settle(waiting: WaitingPlan, result: AnnotateResult): void {
    this.#waiting.delete(waiting);
    for (const id of waiting.entryIds) this.#done.add(id);
    this.#options.observer.settled(waiting, result, performance.now());
  }

  #shedLoad(): void {
    for (const waiting of this.#waiting) {
      if (this.#waiting.size <= MAX_WAITING) return;
      this.#settle(waiting, 'error');
    }
  }

  async #acknowledge(): Promise<void> {
    const ids = [...this.#done];
    try {
      await this.#options.consumer.ack(ids);
    } catch (error) {
      if (!(error instanceof NoGroupError)) throw error; // a group that is gone holds no entries
    }
    for (const id of ids) this.#done.delete(id);
  }
}

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
