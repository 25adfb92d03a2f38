import type { Values } from '../readings.js';
import type { WordLine } from './decision.js';

/** Everything that a symbol's numbers come from, as read. */
export interface SymbolSources {
  readonly symbol: string;
  /** Redis time, unix seconds. */
  readonly nowSec: number;
  /** `TARGET_FIELDS`, `EFFICIENCY_FIELDS`, `PROPOSAL_HASH_FIELDS`, `MULTIPLIER_FIELDS` and `POSITION_FIELDS` of its keys. */
  readonly target: Values;
  readonly efficiency: Values;
  readonly proposal: Values;
  readonly multiplier: Values;
  readonly position: Values;
  /** Text of `quantum:rollout:epoch`; undefined: it cannot be read. */
  readonly epoch: string | null | undefined;
  /** Canonical text of the parameters that the proposal names; null: Redis has none. */
  readonly parameters: string | null;
  /** Permits in its windows: the last hour and five minutes; undefined: they were not read. */
  readonly executions?: { readonly hourCount: number; readonly burstCount: number };
}

/** Where a symbol's numbers come from: raw fields, reason, the formula with its numbers, policy, effective multiplier, windows. Total. */
export function explainSymbol(sources: SymbolSources): WordLine[] {
  throw new Error(`not built yet: ${sources.symbol}`);
}
