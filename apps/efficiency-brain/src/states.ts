import { decodeState, type ScoreRules, type StateProblem, type SymbolState } from '@quantum/efficiency-score';
import type { SymbolRead } from './read.js';
import { StateRows } from './state-rows.js';

/** Why a state in Redis was not used; `unreadable`: its key is of another type. */
export type ResetProblem = Exclude<StateProblem, 'absent'> | 'unreadable';

/** A symbol's state as this process knows it. */
export interface KnownState {
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
  /** Symbols without a state yet, and whether what Redis holds is to be replaced. */
  readonly #new = new Map<string, boolean>();

  /** What is known of a symbol's state. */
  get(symbol: string): KnownState | undefined {
    const isReset = this.#new.get(symbol);
    if (isReset !== undefined) return { state: undefined, isReset };
    const state = this.#rows.get(symbol);
    return state && { state, isReset: false };
  }

  /** The state after a cycle was written. `isReset`: what Redis holds is still to be replaced, as no period was closed. */
  written(symbol: string, state: SymbolState | undefined, isReset: boolean): void {
    this.drop(symbol);
    if (state) this.#rows.set(symbol, state);
    else this.#new.set(symbol, isReset);
  }

  drop(symbol: string): void {
    this.#rows.delete(symbol);
    this.#new.delete(symbol);
  }

  /** Drops the states that are not wanted. */
  retain(isWanted: (symbol: string) => boolean): void {
    for (const known of [this.#rows.symbols(), this.#new.keys()]) {
      for (const symbol of known) if (!isWanted(symbol)) this.drop(symbol);
    }
  }

  clear(): void {
    this.#rows.clear();
    this.#new.clear();
  }
}

/** The state that was read of a symbol, or why it is not used. */
export function takeState(
  { state: found }: SymbolRead,
  rules: ScoreRules,
  onReset: (problem: ResetProblem) => void,
): KnownState {
  if ('known' in found) return found.known;
  const { state, problem } = found.read === 'unreadable' ? { problem: found.read } : decodeState(found.read, rules);
  const isReset = problem !== undefined && problem !== 'absent';
  if (isReset) onReset(problem);
  return { state, isReset };
}
