import { readRecord, SCORE_VERSION } from '@quantum/decisions';
import { parseNumber } from '@quantum/redis-schemas';

// The demo's view of Redis as it was before the read model: the baseline of `read-model`. Each entry copies the map
// that it changes.

/** The last proposal of a symbol, as in the proposal stream. */
export interface SymbolRow {
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
export interface ScoreRow {
  score: number;
  confidence: number;
  /** n_eff: effective number of measured periods. */
  effectivePeriods: number;
  /** Share of the periods that were measured, 0..1. */
  coverage: number;
}

export interface PermitRow {
  planId: string;
  symbol: string;
  /** The plan's own action. */
  planAction: string;
  /** NONE or DOWNSIZE. */
  hint: string;
  factor: number;
  cooldownSec: number;
  reason: string;
  notionalUsd: number;
}

/** The last whole cycle, and the worst so far. */
export interface CycleRow {
  tsSec: number;
  symbols: number;
  durationSec: number;
  /** Proposals by reason, without reasons that have none. */
  reasons: Readonly<Record<string, number>>;
}

/** The observed state of the services' work, independent of its display. */
export interface Board {
  symbols: ReadonlyMap<string, SymbolRow>;
  scores: ReadonlyMap<string, ScoreRow>;
  /** Entries of the brain's decision stream. */
  scored: number;
  /** Proposals by reason, over all cycles. */
  proposals: ReadonlyMap<string, number>;
  /** Newest first, `KEPT_PERMITS` at most. */
  permits: readonly PermitRow[];
  /** Permits by hint, over the whole run. */
  hints: ReadonlyMap<string, number>;
  refusals: ReadonlyMap<string, number>;
  /** Plans by decision (EXECUTE, SKIP, ...). */
  plans: ReadonlyMap<string, number>;
  deadLetters: number;
  cycles: number;
  lastCycle: CycleRow | undefined;
  worstCycleSec: number;
}

const KEPT_PERMITS = 40;

export const EMPTY_BOARD: Board = {
  symbols: new Map(),
  scores: new Map(),
  scored: 0,
  proposals: new Map(),
  permits: [],
  hints: new Map(),
  refusals: new Map(),
  plans: new Map(),
  deadLetters: 0,
  cycles: 0,
  lastCycle: undefined,
  worstCycleSec: 0,
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

/** The board after an entry of the governor's event stream. */
export function withEvent(board: Board, fields: Fields): Board {
  if (fields['event'] === 'PLAN_REFUSED') {
    return { ...board, refusals: counted(board.refusals, fields['reason'] ?? '') };
  }
  if (fields['event'] === 'DEAD_LETTER') return { ...board, deadLetters: board.deadLetters + 1 };
  return board;
}

/** The board after a plan's decision record was found. Only permits matter; invalid records change nothing. */
export function withDecision(board: Board, recordJson: string, planAction: string): Board {
  const record = readRecord(recordJson);
  const permit = record?.permit;
  if (record === undefined || permit === undefined) return board;
  const row: PermitRow = {
    planId: record.plan_id,
    symbol: permit.symbol,
    planAction,
    hint: permit.eff_action,
    factor: Number(permit.eff_factor),
    cooldownSec: Number(permit.extra_cooldown_sec),
    reason: permit.eff_reason,
    notionalUsd: permit.computed_notional,
  };
  return {
    ...board,
    permits: [row, ...board.permits].slice(0, KEPT_PERMITS),
    hints: counted(board.hints, permit.eff_action),
  };
}

/** The board after the summary of a cycle was read; the same summary again changes nothing. */
export function withCycle(board: Board, hash: Fields, reasons: readonly string[]): Board {
  const tsSec = parseNumber(hash['ts_epoch']);
  const durationSec = parseNumber(hash['duration_sec']);
  if (tsSec === undefined || durationSec === undefined || tsSec === board.lastCycle?.tsSec) return board;
  const counts = reasons.map((reason) => [reason, parseNumber(hash[reason]) ?? 0] as const);
  const lastCycle: CycleRow = {
    tsSec,
    symbols: parseNumber(hash['symbols']) ?? 0,
    durationSec,
    reasons: Object.fromEntries(counts.filter(([, count]) => count > 0)),
  };
  return {
    ...board,
    cycles: board.cycles + 1,
    lastCycle,
    worstCycleSec: Math.max(board.worstCycleSec, durationSec),
  };
}
