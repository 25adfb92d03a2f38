import { applyHint, readPermit } from '@quantum/apply-hints';
import { blockKey } from '@quantum/redis-schemas';
import type { Redis } from '@quantum/redis-io';
import { consumePermits } from '@quantum/testbed';
import type { Fill, Order } from './fills.js';

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

/** The executing half of the Apply Layer: it waits for the answers to its plans, and executes what is permitted. */
export class ApplyLayer {
  readonly tally: ApplyTally = { asked: 0, consumed: 0, refused: 0, unanswered: 0 };
  readonly #waiting = new Map<string, { order: Order; sinceSec: number }>();
  readonly #redis: Redis;
  #fills: Fill[] = [];

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Plans that are still without an answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Starts to wait for the answer to a plan. */
  expect(order: Order, nowSec: number): void {
    this.tally.asked += 1;
    this.#waiting.set(order.planId, { order, sinceSec: nowSec });
  }

  /** What was executed since the last call. */
  takeFills(): Fill[] {
    const fills = this.#fills;
    this.#fills = [];
    return fills;
  }

  /** Polls once, in one round trip, for the answers of all waiting plans. */
  async poll(nowSec: number): Promise<void> {
    const planIds = [...this.#waiting.keys()];
    if (planIds.length === 0) return;
    const blocks = this.#redis.pipeline(planIds.map((id) => ['exists', blockKey(id)]));
    const [permits, refused] = await Promise.all([consumePermits(this.#redis, planIds), blocks.exec()]);
    const granted = new Map(permits.map(({ planId, json }) => [planId, json]));
    planIds.forEach((planId, index) => {
      const { order, sinceSec } = this.#waiting.get(planId) as { order: Order; sinceSec: number };
      const json = granted.get(planId);
      if (json !== undefined) {
        this.#settle(planId, 'consumed');
        this.#fills.push(...execute(order, json));
      } else if (refused?.[index]?.[1] === 1) this.#settle(planId, 'refused');
      else if (nowSec - sinceSec > PATIENCE_SEC) this.#settle(planId, 'unanswered');
    });
  }

  #settle(planId: string, outcome: 'consumed' | 'refused' | 'unanswered'): void {
    this.#waiting.delete(planId);
    this.tally[outcome] += 1;
  }
}

/** Executes an order by its permit: smaller, where that hints so. */
function execute(order: Order, permitJson: string): Fill[] {
  const { granted, hint } = readPermit(permitJson);
  if (!granted) return [];
  const { cap } = applyHint(hint, { cap: Math.abs(order.signedQty), cooldownSec: 0 }, order);
  return [{ ...order, signedQty: Math.sign(order.signedQty) * cap }];
}
