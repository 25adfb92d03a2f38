import type { DecisionRow } from '../snapshot/decisions.js';
import type { IncidentRow, Snapshot } from '../snapshot/snapshot.js';
import type { ScorePoint, SymbolRow } from '../snapshot/symbols.js';

/** A list after a change: `added`, then `kept` elements of the list before, from index `from` on. */
export interface ListDelta<T> {
  readonly added: readonly T[];
  readonly from: number;
  readonly kept: number;
}

/** The fields of a row that changed, under the symbol's name. A symbol that was not there has all of them. */
export type SymbolDelta = { readonly symbol: string; readonly scores?: ListDelta<ScorePoint> } & Partial<
  Omit<SymbolRow, 'symbol' | 'scores'>
>;

/** Parts of a snapshot that a delta replaces whole: they are small. */
export type WholeParts = Omit<Snapshot, 'number' | 'symbols' | 'decisions' | 'incidents'>;

/** What turns one snapshot into a later one. JSON has it as it is. */
export interface SnapshotDelta extends Partial<WholeParts> {
  /** Numbers of the snapshots. It applies to the first alone. */
  readonly from: number;
  readonly to: number;
  readonly symbols?: readonly SymbolDelta[];
  readonly forgotten?: readonly string[];
  readonly decisions?: ListDelta<DecisionRow>;
  readonly incidents?: ListDelta<IncidentRow>;
}

/** What turns `before` into `after`; undefined where nothing changed. */
export function deltaOf(before: Snapshot, after: Snapshot): SnapshotDelta | undefined {
  throw new Error(`not built yet: ${before.number} ${after.number}`);
}

/** The snapshot after a delta: equal to the one that the delta was made for. @throws RangeError if the delta is of another snapshot */
export function applyDelta(before: Snapshot, delta: SnapshotDelta): Snapshot {
  throw new Error(`not built yet: ${before.number} ${delta.to}`);
}
