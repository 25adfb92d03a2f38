import { besideEarlier, inFlight, type InFlight } from './partitions.js';
import type { PlanEntry } from '@quantum/plan-loop';

/** A batch, split by whether its plans must wait for batches in flight. */
export interface SplitBatch {
  /** Plans that can be served beside the batches in flight. */
  free: readonly PlanEntry[];
  /** Plans that share a symbol or a plan id with a batch in flight. */
  waiting: readonly PlanEntry[];
  /** Resolves when the batches have ended that `waiting` waits for. */
  earlierEnded: () => Promise<unknown>;
}

/** The batches that are being served, so that none overtakes another in a symbol or a plan id. */
export class BatchesInFlight {
  readonly #ends = new Map<InFlight, Promise<unknown>>();

  /** Serves a batch by `serve`, beside those in flight. */
  async run<T>(plans: readonly PlanEntry[], serve: (split: SplitBatch) => Promise<T>): Promise<T> {
    const earlier = new Map(this.#ends);
    const earlierEnded = (): Promise<unknown> => Promise.all(earlier.values());
    const own = inFlight(plans);
    const served = serve({ ...besideEarlier(plans, [...earlier.keys()]), earlierEnded });
    this.#ends.set(
      own,
      served.catch(() => undefined),
    );
    try {
      return await served;
    } finally {
      this.#ends.delete(own);
    }
  }

  /** Resolves when no batch is being served. */
  async idle(): Promise<void> {
    while (this.#ends.size > 0) await Promise.all(this.#ends.values());
  }
}
