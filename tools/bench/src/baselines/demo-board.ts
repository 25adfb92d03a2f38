import { SCORE_VERSION } from '@quantum/decisions';
import { parseNumber } from '@quantum/redis-schemas';

// What `read-model` folds, as the demo folded it before the read model: its baseline. Each entry copies the map that it
// changes.

/** The last proposal of a symbol, as in the proposal stream. */
interface SymbolRow {
  symbol: string;
  baseUsd: number;
  proposedUsd: number;
  multiplier: number;
  /** Undefined where the proposal has none. */
  score: number | undefined;
  confidence: number | undefined;
  reason: string;
}

/** The brain's last score of a symbol, as in its decision stream. */
interface ScoreRow {
  score: number;
  confidence: number;
  /** n_eff: effective number of measured periods. */
  effectivePeriods: number;
  /** Share of the periods that were measured, 0..1. */
  coverage: number;
}

/** The observed state of the services' work, independent of its display. */
export interface Board {
  symbols: ReadonlyMap<string, SymbolRow>;
  scores: ReadonlyMap<string, ScoreRow>;
  /** Entries of the brain's decision stream. */
  scored: number;
  /** Proposals by reason, over all cycles. */
  proposals: ReadonlyMap<string, number>;
  /** Plans by decision (EXECUTE, SKIP, ...). */
  plans: ReadonlyMap<string, number>;
}

export const EMPTY_BOARD: Board = {
  symbols: new Map(),
  scores: new Map(),
  scored: 0,
  proposals: new Map(),
  plans: new Map(),
};

type Fields = Readonly<Record<string, string>>;

const counted = (counts: ReadonlyMap<string, number>, name: string): Map<string, number> =>
  new Map(counts).set(name, (counts.get(name) ?? 0) + 1);

/** The board after an entry of the proposal stream. */
export function withProposal(board: Board, fields: Fields): Board {
  const { symbol = '', reason = '' } = fields;
  const row: SymbolRow = {
    symbol,
    baseUsd: parseNumber(fields['base_target']) ?? NaN,
    proposedUsd: parseNumber(fields['proposed_target']) ?? NaN,
    multiplier: parseNumber(fields['multiplier']) ?? NaN,
    score: parseNumber(fields['eff_score']),
    confidence: parseNumber(fields['eff_confidence']),
    reason,
  };
  return {
    ...board,
    symbols: new Map(board.symbols).set(symbol, row),
    proposals: counted(board.proposals, reason),
  };
}

/** The board after an entry of the brain's decision stream. Entries of another P3.1 change nothing. */
export function withScore(board: Board, fields: Fields): Board {
  if (fields['version'] !== SCORE_VERSION) return board;
  const number = (name: string): number => parseNumber(fields[name]) ?? NaN;
  const row: ScoreRow = {
    score: number('efficiency_score'),
    confidence: number('confidence'),
    effectivePeriods: number('n_eff'),
    coverage: number('coverage'),
  };
  return { ...board, scores: new Map(board.scores).set(fields['symbol'] ?? '', row), scored: board.scored + 1 };
}

export const withPlan = (board: Board, fields: Fields): Board => ({
  ...board,
  plans: counted(board.plans, fields['decision'] ?? ''),
});
