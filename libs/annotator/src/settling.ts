import type { Clock } from '@quantum/clock';
import type { AnnotateResult } from '@quantum/metrics';
import { isReplyError, NoGroupError, type Reply, type StreamConsumer } from '@quantum/redis-io';
import type { AnnotateTelemetry } from './annotate-telemetry.js';
import type { ScriptResult } from './script.js';
import { WaitingPlans, type WaitingPlan } from './waiting-plans.js';

/** How long beyond a plan's greatest age its permit is waited for, seconds: as long as a permit lives. */
const PATIENCE_SEC = 60;
/** Plans that wait at most, about 600 bytes each; beyond that the oldest are given up (`error`). */
const MAX_WAITING = 50_000;

export interface SettlingOptions {
  /** A member of the annotators' own group. */
  consumer: Pick<StreamConsumer, 'ack'>;
  telemetry: AnnotateTelemetry;
  planMaxAgeSec: number;
  clock: Pick<Clock, 'steadyMs'>;
}

/** Settles plans, each once: when its permit was annotated, or never will be. Then its entries are acknowledged. */
export class Settling {
  /** Plans that are not settled yet. */
  readonly waiting: WaitingPlans;
  readonly #consumer: Pick<StreamConsumer, 'ack'>;
  readonly #telemetry: AnnotateTelemetry;
  readonly #clock: Pick<Clock, 'steadyMs'>;
  /** Entries of settled plans, to be acknowledged. */
  readonly #done = new Set<string>();
  #problem: string | undefined;

  constructor({ consumer, telemetry, planMaxAgeSec, clock }: SettlingOptions) {
    this.#clock = clock;
    this.#consumer = consumer;
    this.#telemetry = telemetry;
    this.waiting = new WaitingPlans(planMaxAgeSec + PATIENCE_SEC);
  }

  /** Entries that must stay ours in the group, as their plans wait or are not acknowledged yet. */
  get heldIds(): string[] {
    return [...this.#done, ...[...this.waiting].flatMap(({ entryIds }) => [...entryIds])];
  }

  /** An entry that brought no plan: there is nothing to wait for. */
  noPlan(entryId: string): void {
    this.#done.add(entryId);
  }

  /** Draws the conclusion from the script's reply, unless an attempt that overlapped this one did already. */
  replied(waiting: WaitingPlan, reply: Reply | undefined, sentMs: number): void {
    if (!this.waiting.has(waiting)) return;
    if (!reply?.ok) {
      this.#telemetry.error('unanswered', reply?.error);
      if (reply?.kind === 'key' || sentMs >= waiting.deadlineMs) this.#settle(waiting, 'error');
      return;
    }
    const result = reply.value as ScriptResult;
    if (result === 'absent') this.absent(waiting, sentMs);
    else this.#settle(waiting, result === 'consumed' ? 'gone' : result);
  }

  /** There was no permit at `sentMs`. One that had appeared before was taken: there will be no other. */
  absent(waiting: WaitingPlan, sentMs: number): void {
    if (!this.waiting.has(waiting)) return;
    waiting.lastAbsentMs = sentMs;
    const taken = waiting.appearedMs !== undefined && waiting.appearedMs <= sentMs;
    if (taken || sentMs >= waiting.deadlineMs) this.#settle(waiting, 'gone');
  }

  #settle(waiting: WaitingPlan, result: AnnotateResult): void {
    this.waiting.delete(waiting);
    for (const id of waiting.entryIds) this.#done.add(id);
    this.#telemetry.settled(waiting, result, this.#clock.steadyMs());
  }

  /** Gives up the oldest plans where too many wait. */
  shedLoad(): void {
    for (const waiting of this.waiting) {
      if (this.waiting.size <= MAX_WAITING) return;
      this.#settle(waiting, 'error');
    }
  }

  /** Why settled plans cannot be acknowledged although Redis answers; undefined while they can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /**
   * Acknowledges the entries of settled plans. What the server refuses is tried again. @throws BatchError when Redis
   * went away.
   */
  async acknowledge(): Promise<void> {
    const ids = [...this.#done];
    try {
      await this.#consumer.ack(ids);
    } catch (error) {
      if (isReplyError(error as Error)) {
        this.#telemetry.error('redis', error as Error);
        this.#problem = `plans cannot be acknowledged: ${(error as Error).message}`;
        return;
      }
      if (!(error instanceof NoGroupError)) throw error; // a group that is gone holds no entries
    }
    this.#problem = undefined;
    for (const id of ids) this.#done.delete(id);
  }
}
