import type { PermitDecorator } from '@quantum/permit-decorators';
import type { PlanEntry, Served } from '@quantum/plan-loop';
import { runScripts, type Command, type Redis, type StreamEntry } from '@quantum/redis-io';
import { fieldsOf, parsePlan, type Permit } from '@quantum/redis-schemas';
import { findPermits } from './find-permits.js';
import { computeHints } from './hints.js';
import { ANNOTATE, annotateCommand } from './script.js';
import { Settling, type SettlingOptions } from './settling.js';
import type { WaitingPlan } from './waiting-plans.js';

/** Permits that are looked for at a time. */
const FIND_COUNT = 1000;
/** Scripts a batch, so that others who wait for the server are served in between. */
const SCRIPT_COUNT = 200;

export interface AnnotatorOptions extends SettlingOptions {
  redis: Redis;
  /** What adds to permits now; a batch asks once. */
  decorators: () => readonly PermitDecorator<Partial<Permit>>[];
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
  readonly #settling: Settling;
  /** Plans whose permits were announced, to be annotated next. */
  readonly #announced = new Set<WaitingPlan>();
  #annotatingAnnounced: Promise<void> | undefined;

  constructor(options: AnnotatorOptions) {
    this.#options = options;
    this.#settling = new Settling(options);
  }

  /** Number of plans that wait for their permits. */
  get waitingCount(): number {
    return this.#settling.waiting.size;
  }

  /** Entries that must stay ours in the group, as their plans wait or are not acknowledged yet. */
  get heldIds(): string[] {
    return this.#settling.heldIds;
  }

  /** Why plans stay pending although Redis answers; undefined while they do not. */
  get problem(): string | undefined {
    return this.#settling.problem;
  }

  /** Acknowledges settled plans that are not yet. @throws BatchError when Redis went away. */
  async acknowledge(): Promise<void> {
    await this.#settling.acknowledge();
  }

  /**
   * Takes plan entries at the time `nowSec`: computes their hints and annotates the permits that exist already. It
   * acknowledges by itself, hence answers no ids.
   * @throws BatchError when Redis went away: entries that do not wait yet will be delivered again.
   */
  async serve(entries: readonly StreamEntry[], wallSec: () => number): Promise<Served> {
    const nowSec = wallSec();
    const { redis, decorators, telemetry } = this.#options;
    const plans = this.#sort(entries);
    const hints = await computeHints(redis, plans.map(({ plan }) => plan), nowSec, decorators(), (error) => {
      telemetry.error('decorator', error);
    }); // prettier-ignore
    const now = { nowSec, nowMs: this.#options.clock.steadyMs() };
    const fresh = new Set<WaitingPlan>();
    for (const [i, { entry, plan }] of plans.entries()) {
      const hint = hints[i];
      if (hint) fresh.add(this.#settling.waiting.add({ entryId: entry.id, plan, hint }, now));
    }
    try {
      await this.#annotate([...fresh]);
    } finally {
      this.#settling.shedLoad();
      if (this.#settling.waiting.size > 0) this.#options.onWaiting?.();
    }
    await this.#settling.acknowledge();
    return { done: [], putOff: [] };
  }

  /** The server announced that something happened to the permit of a plan. Annotates it, if the plan waits. */
  announced(planId: string): void {
    const waiting = this.#settling.waiting.get(planId);
    if (waiting?.appearedMs !== undefined || !waiting) return; // an announcement of our own change, most of the time
    waiting.appearedMs = this.#options.clock.steadyMs();
    this.#announced.add(waiting);
    this.#annotatingAnnounced ??= this.#annotateAnnounced();
  }

  /** Resolves when the permits that were announced so far are annotated. */
  async settled(): Promise<void> {
    await this.#annotatingAnnounced;
  }

  /**
   * Looks for the permits of all waiting plans and annotates those that exist. Settles plans whose permits will not
   * come.
   * @throws BatchError when Redis went away.
   */
  async lookForPermits(): Promise<void> {
    const found: WaitingPlan[] = [];
    for (const plans of chunks([...this.#settling.waiting], FIND_COUNT)) {
      const sentMs = this.#options.clock.steadyMs();
      const permits = await findPermits(this.#options.redis, plans.map(({ plan }) => plan.planId)); // prettier-ignore
      for (const [i, waiting] of plans.entries()) {
        if (permits[i] === true) found.push(waiting);
        if (permits[i] === false) this.#settling.absent(waiting, sentMs);
      }
    }
    for (const waiting of found) waiting.appearedMs ??= waiting.lastAbsentMs;
    await this.#annotate(found);
    await this.#settling.acknowledge();
  }

  /** Tells plans from entries that are none: those are the issuing governor's to report. */
  #sort(entries: readonly StreamEntry[]): PlanEntry[] {
    return entries.flatMap((entry) => {
      const parsed = parsePlan(fieldsOf(entry.fields));
      if (parsed.kind === 'plan') return [{ entry, plan: parsed.plan }];
      if (parsed.kind === 'not_execute') this.#options.telemetry.notExecute(parsed.decision);
      else this.#options.telemetry.error('invalid_plan', new Error(`entry ${entry.id}: ${parsed.error}`));
      this.#settling.noPlan(entry.id);
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
      await this.#settling.acknowledge();
    } catch (error) {
      this.#options.telemetry.error('redis', error as Error); // looking for permits finds what was left here
    } finally {
      this.#annotatingAnnounced = undefined;
    }
  }

  async #annotate(plans: readonly WaitingPlan[]): Promise<void> {
    for (const part of chunks(plans, SCRIPT_COUNT)) {
      const sentMs = this.#options.clock.steadyMs();
      const commands = part.map(({ plan, hint }): Command => annotateCommand(plan, hint.text));
      const replies = await runScripts(this.#options.redis, [ANNOTATE], commands);
      for (const [i, waiting] of part.entries()) this.#settling.replied(waiting, replies[i], sentMs);
    }
  }
}

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
