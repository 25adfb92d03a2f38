import { entryIdMs, type Plan } from '@quantum/redis-schemas';
import type { HintFields } from './hints.js';

/** A plan that waits for its permit. Times in ms are of a steady clock that runs with this process. */
export interface WaitingPlan {
  /** No more of it than its permit needs: an entry may have 16 MB, and thousands of plans wait. */
  readonly plan: Pick<Plan, 'planId' | 'symbol'>;
  readonly hint: HintFields;
  /** The entries that brought it: more than one where an id came twice, or an entry again. */
  readonly entryIds: Set<string>;
  /** From then on an absent permit is not waited for. */
  readonly deadlineMs: number;
  /** When it was last known that there is no permit. */
  lastAbsentMs: number;
  /** When the permit was noticed; undefined before that. */
  appearedMs: number | undefined;
}

/** A plan whose hint was just computed. */
export interface NewPlan {
  entryId: string;
  plan: Plan;
  hint: HintFields;
}

/** The time on both clocks: `nowSec` is the unix time, with which entry ids compare. */
export interface Now {
  nowSec: number;
  nowMs: number;
}

/** The plans that wait for their permits, oldest first, each plan id once. */
export class WaitingPlans implements Iterable<WaitingPlan> {
  readonly #plans = new Map<string, WaitingPlan>();
  readonly #patienceMs: number;

  /** A permit is waited for until its plan is older than `patienceSec`. */
  constructor(patienceSec: number) {
    this.#patienceMs = patienceSec * 1000;
  }

  get size(): number {
    return this.#plans.size;
  }

  get(planId: string): WaitingPlan | undefined {
    return this.#plans.get(planId);
  }

  /** Whether the plan still waits: false once it was settled, also if its id has come again since. */
  has(waiting: WaitingPlan): boolean {
    return this.#plans.get(waiting.plan.planId) === waiting;
  }

  /** Adds a plan, or its entry to a plan of the same id that waits already: the first one's hint applies. */
  add({ entryId, plan, hint }: NewPlan, { nowSec, nowMs }: Now): WaitingPlan {
    const known = this.#plans.get(plan.planId);
    if (known) {
      known.entryIds.add(entryId);
      return known;
    }
    // No permit is older than its plan. An entry of the future, as by another clock, is one of now.
    const ageMs = Math.max(0, nowSec * 1000 - entryIdMs(entryId));
    const waiting: WaitingPlan = {
      plan: { planId: plan.planId, symbol: plan.symbol },
      hint,
      entryIds: new Set([entryId]),
      deadlineMs: nowMs - ageMs + this.#patienceMs,
      lastAbsentMs: nowMs - ageMs,
      appearedMs: undefined,
    };
    this.#plans.set(plan.planId, waiting);
    return waiting;
  }

  delete({ plan }: WaitingPlan): void {
    this.#plans.delete(plan.planId);
  }

  [Symbol.iterator](): Iterator<WaitingPlan> {
    return this.#plans.values();
  }
}
