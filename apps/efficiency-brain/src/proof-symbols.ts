import { isFreshPosition } from '@quantum/decisions';
import type { ScoreRules } from '@quantum/efficiency-score';
import type { Redis } from '@quantum/redis-io';
import { isProofSymbol } from '@quantum/redis-schemas';
import { hasPosition, type SymbolRead } from './read.js';

/** Whether P3.3 has written a position lately. Positions that the proof runner writes say nothing about it. */
export const isPositionBrainAlive = (
  redis: Redis,
  symbols: readonly string[],
  nowSec: number,
  rules: ScoreRules,
): Promise<boolean> =>
  hasPosition(
    redis,
    symbols.filter((symbol) => !isProofSymbol(symbol)),
    (position) => isFreshPosition(position, nowSec, rules),
  );

/**
 * Whether a symbol is of a proof that has taken its keys back. It is not scored on, as other symbols are: a cycle that
 * begins later writes nothing of it, so the runner can remove all that is left.
 */
export const isEndedProof = ({ reading: { symbol, position, reserved } }: SymbolRead): boolean =>
  isProofSymbol(symbol) && position.state === 'absent' && reserved.value === undefined;
