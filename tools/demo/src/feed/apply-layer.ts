import { blockKey } from '@quantum/redis-schemas';
import type { Redis } from '@quantum/redis-io';
import { consumePermits } from '@quantum/testbed';

/** A plan without an answer for this long is given up: by then the governor would refuse it as too old. */
const PATIENCE_SEC = 65;

export interface ApplyTally {
  asked: number;
  /** Permits that were found and consumed. */
  consumed: number;
  refused: number;
  /** Given up without an answer. */
  unanswered: number;
}

/** The consuming half of the Apply Layer: it waits for the answers to its plans and consumes the permits. */
export class ApplyLayer {
  readonly tally: ApplyTally = { asked: 0, consumed: 0, refused: 0, unanswered: 0 };
  readonly #waiting = new Map<string, number>();
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Plans that are still without an answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Starts to wait for the answer to a plan. */
  expect(planId: string, nowSec: number): void {
    this.tally.asked += 1;
    this.#waiting.set(planId, nowSec);
  }

  /** Polls once, in one round trip, for the answers of all waiting plans. */
  async poll(nowSec: number): Promise<void> {
    const planIds = [...this.#waiting.keys()];
    if (planIds.length === 0) return;
    const blocks = this.#redis.pipeline(planIds.map((id) => ['exists', blockKey(id)]));
    const [permits, refused] = await Promise.all([consumePermits(this.#redis, planIds), blocks.exec()]);
    const granted = new Set(permits.map(({ planId }) => planId));
    planIds.forEach((planId, index) => {
      if (granted.has(planId)) this.#settle(planId, 'consumed');
      else if (refused?.[index]?.[1] === 1) this.#settle(planId, 'refused');
      else if (nowSec - (this.#waiting.get(planId) ?? nowSec) > PATIENCE_SEC) this.#settle(planId, 'unanswered');
    });
  }

  #settle(planId: string, outcome: 'consumed' | 'refused' | 'unanswered'): void {
    this.#waiting.delete(planId);
    this.tally[outcome] += 1;
  }
}
