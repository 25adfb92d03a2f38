import type { DecisionRecord } from '@quantum/redis-schemas';

/** A decision that is not found this long after it was sent has not arrived and never will, ms. */
const FORGET_MS = 60_000;

export interface SentDecision {
  record: DecisionRecord;
  /** What deciding took, ms. */
  spentMs: number;
}

/**
 * Decisions sent to be recorded whose answers were lost with the connection: they may be recorded or not. The process
 * whose record is in Redis counts it, even where another one finishes the plan. So the counters of all replicas that
 * live sum up to the records.
 */
export class Unheard {
  readonly #byPlan = new Map<string, (SentDecision & { sentMs: number })[]>();

  /** `sentMs` is of a clock that is never set back. */
  add(record: DecisionRecord, spentMs: number, sentMs: number): void {
    const attempts = this.#byPlan.get(record.plan_id) ?? [];
    attempts.push({ record, spentMs, sentMs });
    this.#byPlan.set(record.plan_id, attempts);
  }

  get planIds(): string[] {
    return [...this.#byPlan.keys()];
  }

  /**
   * Another answer than the lost one brought the record of a plan: the decision sent by this process that it is, if
   * any.
   */
  take(existing: DecisionRecord): SentDecision | undefined {
    const attempts = this.#byPlan.get(existing.plan_id);
    this.#byPlan.delete(existing.plan_id);
    return attempts?.find(
      ({ record }) =>
        record.entry_id === existing.entry_id &&
        record.decided_at === existing.decided_at &&
        record.outcome === existing.outcome, // what was sent as a permit may have been refused by its windows
    );
  }

  /** A plan has no record: what was sent is on its way still, or was lost too. */
  absent(planId: string, nowMs: number): void {
    const attempts = this.#byPlan.get(planId) ?? [];
    if (attempts.every(({ sentMs }) => nowMs - sentMs > FORGET_MS)) this.#byPlan.delete(planId);
  }

  /** The record of a plan is none of ours, or cannot be read. */
  forget(planId: string): void {
    this.#byPlan.delete(planId);
  }
}
