import { decodeState, type ScoreRules, type StateProblem, type SymbolState } from '@quantum/efficiency-score';
import type { SymbolRead } from './read.js';
import { StateRows } from './state-rows.js';

/** Why a state in Redis was not used; `unreadable`: its key is of another type. */
export type ResetProblem = Exclude<StateProblem, 'absent'> | 'unreadable';

/** A symbol's state before a cycle. */
export interface TakenState {
  /** Undefined: the symbol starts anew. */
  state: SymbolState | undefined;
  /** What Redis holds is to be replaced. */
  isReset: boolean;
}

/**
 * States of the shards that this process holds, as last written. The lease keeps others from writing them. What may
 * differ from Redis is dropped, and read again before it is used.
 */
export class States {
  readonly #rows = new StateRows();

  /** What is known of a symbol's state. */
  get(symbol: string): SymbolState | undefined {
    return this.#rows.get(symbol);
  }

  /** The state after a cycle was written. */
  written(symbol: string, state: SymbolState): void {
    this.#rows.set(symbol, state);
  }

  drop(symbol: string): void {
    this.#rows.delete(symbol);
  }

  /** Drops the states that are not wanted. */
  retain(isWanted: (symbol: string) => boolean): void {
    for (const symbol of this.#rows.symbols()) if (!isWanted(symbol)) this.drop(symbol);
  }

  clear(): void {
    this.#rows.clear();
  }
}

/** The state that was read of a symbol, or why it is not used. */
export function takeState(
  { state: found }: SymbolRead,
  rules: ScoreRules,
  onReset: (problem: ResetProblem) => void,
): TakenState {
  if ('known' in found) return { state: found.known, isReset: false };
  const { state, problem } = found.read === 'unreadable' ? { problem: found.read } : decodeState(found.read, rules);
  const isReset = problem !== undefined && problem !== 'absent';
  if (isReset) onReset(problem);
  return { state, isReset };
}
