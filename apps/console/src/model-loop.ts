import { foldCycle, newModel, type Model, type Snapshot } from '@quantum/read-model';
import { knownServices, openSource } from '@quantum/read-model-source';
import type { Redis } from '@quantum/redis-io';

/** Reads in one cycle: one that is further behind goes on in the next, so that the watchdog sees progress. */
const MAX_READS = 50;

/** The model that is shown. */
export interface ModelLoop {
  /** Reads once, and on while the streams have more. Never rejects: where Redis is away, the snapshot says so. */
  readonly step: () => Promise<Snapshot>;
}

/** The snapshot before anything was read. */
export const emptyModel = (): Model => newModel(knownServices());

/** A model that `step` brings up to date. */
export function modelLoop(redis: Redis, first: Model): ModelLoop {
  const source = openSource({ redis });
  let model = first;
  const step = async (): Promise<Snapshot> => {
    for (let i = 0; i < MAX_READS; i += 1) {
      model = foldCycle(model, await source.read(model));
      if (!source.isBehind) break;
    }
    return model.snapshot;
  };
  return { step };
}
