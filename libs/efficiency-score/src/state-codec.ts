import type { ScoreRules } from './rules.js';
import type { SymbolState } from './state.js';

/** Version of the state's fields. */
export const STATE_VERSION = '1';

/** Why a state was not used. The symbol starts anew; counted. */
export type StateProblem =
  /** No field at all. */
  | 'absent'
  /** Another version of the fields. */
  | 'version'
  /** Written with another BRAIN_PERIOD_SEC, so that its periods are not of this grid. */
  | 'period_sec'
  /** A field is absent, not a number, or out of its range. */
  | 'invalid';

export type DecodedState =
  | { readonly state: SymbolState; readonly problem?: never }
  | { readonly state?: never; readonly problem: StateProblem };

/** The state as fields of a hash, every number at full precision. */
export declare function encodeState(state: SymbolState, rules: ScoreRules): Record<StateField, string>;

/** Reads what `encodeState` wrote, to the bit. Total: unknown fields are ignored, broken ones name the problem. */
export declare function decodeState(
  fields: Readonly<Record<string, string | null | undefined>>,
  rules: ScoreRules,
): DecodedState;

/** Names of the fields, in order. */
export declare const STATE_FIELDS: readonly StateField[];
export type StateField = string;
