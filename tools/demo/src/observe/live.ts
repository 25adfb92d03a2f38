import { foldCycle, newModel, type Snapshot } from '@quantum/read-model';
import { caughtUp, knownServices, openSource } from '@quantum/read-model-source';
import type { Redis } from '@quantum/redis-io';

/** The snapshot of a Redis, from the start of the run on. It only reads: permits are left to their consumers. */
export interface Live {
  readonly snapshot: Snapshot;
  /** Folds what is new; never rejects. While Redis is away, the snapshot says so. */
  poll(): Promise<void>;
}

/** Begins to follow what services write from now on. */
export async function openLive(redis: Redis): Promise<Live> {
  const source = openSource({ redis, backSec: 0 });
  let model = await caughtUp(source, newModel(knownServices()));
  return {
    get snapshot() {
      return model.snapshot;
    },
    poll: async () => {
      model = foldCycle(model, await source.read(model));
    },
  };
}
