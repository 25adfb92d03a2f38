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

  has(symbol: string): boolean {
    return this.#known.has(symbol);
  }

  /** The state of a symbol; takes what was read of it if it was not known. */
  of(
    symbol: string,
    read: SymbolRead['state'],
    rules: ScoreRules,
    onReset: (problem: ResetProblem) => void,
  ): KnownState {
    const known = this.#known.get(symbol);
    if (known) return known;
    const taken = take(read, rules);
    if (taken.problem) onReset(taken.problem);
    const fresh = { state: taken.state, isReset: taken.problem !== undefined };
    this.#known.set(symbol, fresh);
    return fresh;
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

function take(
  read: SymbolRead['state'],
  rules: ScoreRules,
): { state: SymbolState | undefined; problem: ResetProblem | undefined } {
  if (read === 'unreadable') return { state: undefined, problem: 'unreadable' };
  const { state, problem } = decodeState(read ?? {}, rules);
  return { state, problem: problem === 'absent' ? undefined : problem };
}
