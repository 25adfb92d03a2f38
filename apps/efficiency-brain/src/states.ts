import { decodeState, type ScoreRules, type StateProblem, type SymbolState } from '@quantum/efficiency-score';
import type { SymbolRead } from './read.js';

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
  readonly #known = new Map<string, KnownState>();

  /** What is known of a symbol's state. */
  get(symbol: string): KnownState | undefined {
    return this.#known.get(symbol);
  }

  /** The state after a cycle was written. `isReset`: what Redis holds is still to be replaced. */
  written(symbol: string, state: SymbolState | undefined, isReset: boolean): void {
    this.#known.set(symbol, { state, isReset });
  }

  drop(symbol: string): void {
    this.#known.delete(symbol);
  }

  /** Drops the states that are not wanted. */
  retain(isWanted: (symbol: string) => boolean): void {
    for (const symbol of this.#known.keys()) if (!isWanted(symbol)) this.#known.delete(symbol);
  }

  clear(): void {
    this.#known.clear();
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
