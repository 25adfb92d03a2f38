import { newModel, type Snapshot, type SymbolRow } from '@quantum/read-model';

export const NOW = 1_763_400_000;

/** A symbol with a proposal. */
export const aRow = (symbol: string, over: Partial<SymbolRow> = {}): SymbolRow => ({
  symbol,
  baseUsd: 1000,
  proposedUsd: 1200,
  multiplier: 1.2,
  rawMultiplier: 1.2,
  budgetScale: 1,
  score: 0.7,
  confidence: 0.9,
  reason: 'ok',
  policy: '0123456789ab',
  staleSinceSec: null,
  brainScore: null,
  brainConfidence: null,
  effectivePeriods: null,
  coverage: null,
  effectiveMultiplier: 1,
  effectiveWhy: 'absent',
  positionAmount: null,
  markPriceUsd: null,
  positionUsd: null,
  scores: [[NOW / 60, 0.7], [NOW / 60 - 10, 0.5]],
  ...over,
}); // prettier-ignore

/** A snapshot with these parts. */
export const aSnapshot = (over: Partial<Snapshot> = {}): Snapshot => ({ ...newModel([]).snapshot, ...over });

export const bySymbol = (...rows: readonly SymbolRow[]): Snapshot['symbols'] => new Map(rows.map((row) => [row.symbol, row])); // prettier-ignore
