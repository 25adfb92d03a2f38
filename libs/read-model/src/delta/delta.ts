import type { DecisionRow } from '../snapshot/decisions.js';
import type { IncidentRow, Snapshot } from '../snapshot/snapshot.js';
import type { ScorePoint, SymbolRow } from '../snapshot/symbols.js';
import { applyList, listDelta, type ListDelta } from './list.js';

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

const WHOLE_PARTS = ['redis', 'services', 'cycle', 'totals', 'switches', 'rollout', 'policies', 'problems'] as const satisfies readonly (keyof WholeParts)[]; // prettier-ignore

/**
 * What turns `before` into `after`; undefined where nothing changed. Parts are compared by identity, as `foldCycle`
 * keeps it: between snapshots of different models a delta is right, and larger than it needs to be.
 */
export function deltaOf(before: Snapshot, after: Snapshot): SnapshotDelta | undefined {
  if (before === after) return undefined;
  const whole = WHOLE_PARTS.filter((name) => before[name] !== after[name]).map((name) => [name, after[name]]);
  const symbols = changedRows(before.symbols, after.symbols);
  const isKept = before.symbols === after.symbols;
  const forgotten = isKept ? [] : [...before.symbols.keys()].filter((symbol) => !after.symbols.has(symbol));
  const delta = {
    ...(Object.fromEntries(whole) as Partial<WholeParts>),
    ...(symbols.length > 0 && { symbols }),
    ...(forgotten.length > 0 && { forgotten }),
    ...(before.decisions !== after.decisions && { decisions: listDelta(before.decisions, after.decisions) }),
    ...(before.incidents !== after.incidents && { incidents: listDelta(before.incidents, after.incidents) }),
  };
  if (Object.keys(delta).length === 0 && before.number === after.number) return undefined;
  return { from: before.number, to: after.number, ...delta };
}

function changedRows(before: Snapshot['symbols'], after: Snapshot['symbols']): SymbolDelta[] {
  if (before === after) return [];
  const changed: SymbolDelta[] = [];
  for (const [symbol, row] of after) {
    const earlier = before.get(symbol);
    if (earlier !== row) changed.push(rowDelta(earlier, row));
  }
  return changed;
}

/**
 * Field by field: thousands of rows may change at once, and lists of their fields would take longer than the
 * comparison.
 */
function rowDelta(before: SymbolRow | undefined, row: SymbolRow): SymbolDelta {
  const changed: Record<string, unknown> = { symbol: row.symbol };
  for (const name in row) {
    const value = row[name as keyof SymbolRow];
    if (before !== undefined && before[name as keyof SymbolRow] === value) continue;
    changed[name] = name === 'scores' ? listDelta(before?.scores ?? [], row.scores) : value;
  }
  return changed as SymbolDelta;
}

/**
 * The snapshot after a delta: equal to the one that the delta was made for. @throws RangeError if the delta is of
 * another snapshot
 */
export function applyDelta(before: Snapshot, delta: SnapshotDelta): Snapshot {
  const { from, to, symbols, forgotten, decisions, incidents, ...whole } = delta;
  if (from !== before.number) throw new RangeError(`the delta follows snapshot ${from}, and this is ${before.number}`);
  return {
    ...before,
    ...whole,
    number: to,
    symbols: symbols || forgotten ? withRows(before.symbols, symbols ?? [], forgotten ?? []) : before.symbols,
    decisions: decisions ? applyList(before.decisions, decisions) : before.decisions,
    incidents: incidents ? applyList(before.incidents, incidents) : before.incidents,
  };
}

function withRows(before: Snapshot['symbols'], changed: readonly SymbolDelta[], forgotten: readonly string[]): Snapshot['symbols'] {
  const rows = new Map(before);
  for (const symbol of forgotten) rows.delete(symbol);
  for (const { scores, ...fields } of changed) {
    const earlier = before.get(fields.symbol);
    const history = scores ? applyList(earlier?.scores ?? [], scores) : (earlier?.scores ?? []);
    rows.set(fields.symbol, { ...earlier, ...fields, scores: history } as SymbolRow);
  }
  return rows;
} // prettier-ignore
