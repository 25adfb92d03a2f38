import { isFreshPosition } from '@quantum/decisions';
import type { ScoreRules } from '@quantum/efficiency-score';
import { isProofSymbol } from '@quantum/redis-schemas';
import type { SymbolRead } from './read.js';

/** Whether P3.3 has written a position lately. Positions that the proof runner writes say nothing about it. */
export const isPositionBrainAlive = (reads: readonly SymbolRead[], nowSec: number, rules: ScoreRules): boolean =>
  reads.some(({ reading }) => !isProofSymbol(reading.symbol) && isFreshPosition(reading.position, nowSec, rules));

/**
 * Whether a symbol is of a proof that has taken its keys back. It is not scored on, as other symbols are: a cycle that
 * begins later writes nothing of it, so the runner can remove all that is left.
 */
export const isEndedProof = ({ reading: { symbol, position, reserved } }: SymbolRead): boolean =>
  isProofSymbol(symbol) && position.state === 'absent' && reserved.value === undefined;
