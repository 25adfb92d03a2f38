import type { CycleReadings, KnownService } from '../readings.js';
import type { Snapshot } from '../snapshot/snapshot.js';

/** A snapshot, and what the next cycle needs besides. `memory` is this library's own. */
export interface Model {
  readonly snapshot: Snapshot;
  readonly memory: unknown;
}

/** A model that has read nothing. */
export function newModel(services: readonly KnownService[]): Model {
  throw new Error(`not built yet: ${services.length}`);
}

/** The model after a cycle. Total: garbage is counted, never thrown. A cycle without news keeps the snapshot's number, and the snapshot itself. */
export function foldCycle(model: Model, readings: CycleReadings): Model {
  throw new Error(`not built yet: ${model.snapshot.number} ${readings.nowSec}`);
}

/** Ids of the plans whose decision records the next cycle is to read, oldest first. */
export function plansToRead(model: Model): readonly string[] {
  throw new Error(`not built yet: ${model.snapshot.number}`);
}

/** Hashes whose texts the next cycle is to read. */
export function policiesToRead(model: Model): readonly { readonly hash: string; readonly isLimits: boolean }[] {
  throw new Error(`not built yet: ${model.snapshot.number}`);
}
